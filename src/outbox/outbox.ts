import type { Config } from '../config/index.js';
import { lanTarget } from '../platform/index.js';
import type { DeadLetterRow, ListenerRow } from '../store/index.js';
import { Line, type LineState, type Outcome } from './line.js';
import type { OutboxParts } from './parts.js';
import { ListenerRegister, type NewListener } from './register.js';

export interface ListenerView extends LineState {
  readonly listener: ListenerRow;
  /** Up to here it has everything it wanted. */
  readonly cursor: number;
  readonly newest: number;
  readonly deadLetters: number;
}

interface OpenLine {
  readonly line: Line;
  close(): Promise<void>;
}

/**
 * Tells listeners on the LAN of events: each at least once, in order, from its own cursor in the audit on. Nothing is copied,
 * so a listener that is away costs nothing, and one that is slow or dead delays no other.
 */
export class Outbox {
  readonly register: ListenerRegister;
  readonly #parts: OutboxParts;
  readonly #lines = new Map<string, OpenLine>();
  #unsubscribe: (() => void) | undefined;

  constructor(parts: OutboxParts & { readonly mode: Config['mode'] }) {
    this.#parts = parts;
    this.register = new ListenerRegister(parts);
  }

  /** Begins to deliver; before that listeners can be looked at and changed, and nothing is sent but tests. */
  start(): void {
    const { store, audit } = this.#parts;
    const newest = store.auditLog.newestEventSerial();
    for (const listener of store.listeners.list()) this.#begin(listener, newest);
    this.#unsubscribe = audit.onAppend(() => {
      for (const { line } of this.#lines.values()) line.wake();
    });
  }

  /** Ends calls under way and waits for nothing else. */
  async close(): Promise<void> {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    const lines = [...this.#lines.values()];
    this.#lines.clear();
    await Promise.all(lines.map((open) => open.close()));
  }

  /** @throws MenshenError `listener-invalid`. */
  add(wanted: NewListener): { readonly view: ListenerView; readonly secret: string } {
    const { listener, secret } = this.register.add(wanted);
    if (this.#unsubscribe !== undefined) this.#begin(listener, 0);
    return { view: this.#view(listener), secret };
  }

  /** @throws MenshenError `not-found`. */
  async remove(id: string, by: string): Promise<void> {
    this.register.remove(id, by);
    const open = this.#lines.get(id);
    this.#lines.delete(id);
    await open?.close();
  }

  list(): ListenerView[] {
    return this.#parts.store.listeners.list().map((listener) => this.#view(listener));
  }

  /** Sends a test message now. @throws MenshenError `not-found`. */
  async test(id: string): Promise<Outcome> {
    const listener = this.register.require(id);
    const running = this.#lines.get(id);
    if (running !== undefined) return running.line.test();
    const { line, close } = this.#open(listener, 0);
    try {
      return await line.test();
    } finally {
      // Where nothing is delivered, a test must not begin it.
      await close();
    }
  }

  /** In the order of serials. @throws MenshenError `not-found`. */
  deadLetters(id: string, afterSerial: number, limit: number): readonly DeadLetterRow[] {
    this.register.require(id);
    return this.#parts.store.listeners.deadLetters(id, afterSerial, limit);
  }

  /**
   * Sends what was set aside once more, before anything newer.
   *
   * @param serials all of it when left out
   * @returns how many there are of them
   * @throws MenshenError `not-found`
   */
  redeliver(id: string, serials: readonly number[] | undefined, by: string): number {
    const { store, audit } = this.#parts;
    this.register.require(id);
    const count = store.transaction(() => {
      const marked = store.listeners.sendAgain(id, serials);
      if (marked > 0) audit.append('event.redelivered', { listenerId: id, count: marked, by });
      return marked;
    });
    this.#lines.get(id)?.line.tryNow();
    return count;
  }

  /** Whether a listener is there: nothing else is called. */
  mayCall(address: string, port: number): boolean {
    return this.#parts.store.listeners.list().some(({ url }) => {
      const target = lanTarget(url);
      return target.address === address && target.port === port;
    });
  }

  #begin(listener: ListenerRow, perhapsSentUpTo: number): void {
    const open = this.#open(listener, perhapsSentUpTo);
    this.#lines.set(listener.id, open);
    open.line.wake();
  }

  /** The way to a listener is open for as long as its line is. */
  #open(listener: ListenerRow, perhapsSentUpTo: number): OpenLine {
    const { address, port } = lanTarget(listener.url);
    const takeBack = this.#parts.allow(address, port);
    const line = new Line(this.#parts, listener, perhapsSentUpTo);
    return {
      line,
      close: async () => {
        await line.close();
        takeBack();
      },
    };
  }

  #view(listener: ListenerRow): ListenerView {
    const { store } = this.#parts;
    const line = this.#lines.get(listener.id)?.line;
    return {
      listener,
      cursor: Math.max(listener.cursor, line?.position ?? 0),
      newest: store.auditLog.newestEventSerial(),
      deadLetters: store.listeners.countDeadLetters(listener.id),
      ...(line?.state ?? { state: 'waiting', failures: 0 }),
    };
  }
}
