import { randomUUID } from 'node:crypto';
import { type Clock, MenshenError, type TimerHandle, type Timers } from '../core/index.js';
import type { RedeemedCode } from '../enrol/index.js';
import type { ProvedBy } from './types.js';

export interface Visit {
  readonly id: string;
  readonly subjectId: string;
  readonly provedBy: ProvedBy;
  /** The operator's code that began it. */
  readonly code: RedeemedCode | undefined;
  /** Monotonic. */
  untilMs: number;
  timer: TimerHandle | undefined;
}

const mostAtOnce = 8;

/** The visits under way: in memory alone, one a person, each ended by its own timer. */
export class VisitBook {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #lengthMs: number;
  readonly #visits = new Map<string, Visit>();

  constructor(clock: Clock, timers: Timers, lengthMs: number) {
    this.#clock = clock;
    this.#timers = timers;
    this.#lengthMs = lengthMs;
  }

  /** Ends the person's former visit, and the oldest one where there are too many: people leave without saying so. */
  open(subjectId: string, provedBy: ProvedBy, code: RedeemedCode | undefined): Visit {
    for (const visit of [...this.#visits.values()]) if (visit.subjectId === subjectId) this.end(visit.id);
    const [oldest] = this.#visits.keys();
    if (this.#visits.size >= mostAtOnce && oldest !== undefined) this.end(oldest);
    const visit: Visit = { id: `w-${randomUUID()}`, subjectId, provedBy, code, untilMs: 0, timer: undefined };
    this.#visits.set(visit.id, visit);
    this.extend(visit);
    return visit;
  }

  /** @throws MenshenError `visit-ended`. */
  get(visitId: string): Visit {
    const visit = this.#visits.get(visitId);
    if (visit === undefined || visit.untilMs <= this.#clock.monotonicMs())
      throw new MenshenError('visit-ended', 'Your visit has ended. Prove who you are again.');
    return visit;
  }

  /** The whole time again. */
  extend(visit: Visit): void {
    visit.timer?.cancel();
    visit.untilMs = this.#clock.monotonicMs() + this.#lengthMs;
    visit.timer = this.#timers.after(this.#lengthMs, () => this.end(visit.id));
  }

  /** Wall clock, for showing. */
  expiresAtMs({ untilMs }: Visit): number {
    return Math.round(this.#clock.wallMs() + untilMs - this.#clock.monotonicMs());
  }

  end(visitId: string): void {
    this.#visits.get(visitId)?.timer?.cancel();
    this.#visits.delete(visitId);
  }

  close(): void {
    for (const visitId of [...this.#visits.keys()]) this.end(visitId);
  }
}
