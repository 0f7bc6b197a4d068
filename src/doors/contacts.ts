import type { AuditPort, Clock, Logger, TimerHandle, Timers } from '../core/index.js';
import type { DoorStates } from './door-states.js';

export type ContactState = 'open' | 'closed';

interface Open {
  /** Monotonic. */
  readonly sinceMs: number;
  timer: TimerHandle;
}

export interface ContactParts {
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly states: DoorStates;
  readonly heldOpenAfterMs: (doorId: string) => number;
  /** Whether a grant allows that the door is open. */
  readonly openedByGrant: (doorId: string) => boolean;
}

/** Door contacts as the panel tells of them; what they said before a restart is not known. */
export class Contacts {
  readonly #parts: ContactParts;
  readonly #open = new Map<string, Open>();
  readonly #closed = new Set<string>();

  constructor(parts: ContactParts) {
    this.#parts = parts;
  }

  at(doorId: string): ContactState | 'unknown' {
    if (this.#open.has(doorId)) return 'open';
    return this.#closed.has(doorId) ? 'closed' : 'unknown';
  }

  /** Said again, it changes nothing. */
  set(doorId: string, state: ContactState): void {
    if (this.at(doorId) === state) return;
    if (state === 'open') this.#opened(doorId);
    else this.#shut(doorId);
  }

  close(): void {
    for (const { timer } of this.#open.values()) timer.cancel();
    this.#open.clear();
  }

  #opened(doorId: string): void {
    const { audit, clock, states, openedByGrant } = this.#parts;
    // A free door may be opened by anybody; a grant that waits is used up all the same.
    const granted = openedByGrant(doorId);
    if (!granted && states.of(doorId) !== 'free') audit.append('door.forced', { doorId, state: states.of(doorId) });
    this.#closed.delete(doorId);
    this.#open.set(doorId, { sinceMs: clock.monotonicMs(), timer: this.#watch(doorId) });
  }

  #shut(doorId: string): void {
    this.#open.get(doorId)?.timer.cancel();
    this.#open.delete(doorId);
    this.#closed.add(doorId);
  }

  #watch(doorId: string): TimerHandle {
    const { timers, heldOpenAfterMs } = this.#parts;
    return timers.after(heldOpenAfterMs(doorId), () => this.#heldOpen(doorId));
  }

  /** Once an opening; a free door may stand open, and is looked at again later. */
  #heldOpen(doorId: string): void {
    const { audit, clock, logger, states } = this.#parts;
    const open = this.#open.get(doorId);
    if (open === undefined) return;
    if (states.of(doorId) === 'free') {
      open.timer = this.#watch(doorId);
      return;
    }
    try {
      audit.append('door.held-open', { doorId, openForMs: Math.round(clock.monotonicMs() - open.sinceMs) });
    } catch (thrown) {
      logger.log('error', 'door.held-open-not-recorded', { doorId, message: String(thrown) });
      open.timer = this.#watch(doorId);
    }
  }
}
