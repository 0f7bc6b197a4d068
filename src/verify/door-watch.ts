import type { Session } from './session.js';

/** Which session a door is about, for those who look at the door and not at one verification. */
export class DoorWatch {
  readonly #waiting = new Map<string, Set<Session>>();
  readonly #decided = new Map<string, Session>();
  readonly #listeners = new Map<string, Set<() => void>>();

  /** @returns what ends it. */
  onChange(doorId: string, run: () => void): () => void {
    const listeners = this.#listeners.get(doorId) ?? new Set();
    this.#listeners.set(doorId, listeners);
    listeners.add(run);
    return () => listeners.delete(run);
  }

  /** The newest that waits, or else the last decided one. */
  at(doorId: string): Session | undefined {
    return [...(this.#waiting.get(doorId) ?? [])].at(-1) ?? this.#decided.get(doorId);
  }

  add(session: Session): void {
    const { doorId } = session.request;
    const waiting = this.#waiting.get(doorId) ?? new Set();
    this.#waiting.set(doorId, waiting.add(session));
    this.changed(session);
  }

  ended(session: Session): void {
    const { doorId } = session.request;
    this.#waiting.get(doorId)?.delete(session);
    this.#decided.set(doorId, session);
    this.changed(session);
  }

  forget(session: Session): void {
    const { doorId } = session.request;
    const waited = this.#waiting.get(doorId)?.delete(session) === true;
    const last = this.#decided.get(doorId) === session;
    if (last) this.#decided.delete(doorId);
    if (waited || last) this.changed(session);
  }

  changed({ request: { doorId } }: Session): void {
    this.poke(doorId);
  }

  poke(doorId: string): void {
    for (const run of this.#listeners.get(doorId) ?? []) run();
  }
}
