import type { TimerHandle, Timers } from '#menshen/core/index.js';
import type { FakeClock } from './fake-clock.js';

interface Pending {
  dueAtMs: number;
  readonly periodMs: number | undefined;
  readonly run: () => void;
}

/** Timers that fire, in order of their due time, while `advance` moves the clock. */
export class FakeTimers implements Timers {
  readonly #clock: FakeClock;
  readonly #pending = new Set<Pending>();

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  after(delayMs: number, run: () => void): TimerHandle {
    return this.#add(delayMs, undefined, run);
  }

  every(periodMs: number, run: () => void): TimerHandle {
    return this.#add(periodMs, periodMs, run);
  }

  /** How many timers are still to fire. */
  get pending(): number {
    return this.#pending.size;
  }

  advance(ms: number): void {
    const untilMs = this.#clock.monotonicMs() + ms;
    for (let next = this.#nextBefore(untilMs); next !== undefined; next = this.#nextBefore(untilMs)) {
      this.#clock.advance(Math.max(0, next.dueAtMs - this.#clock.monotonicMs()));
      if (next.periodMs === undefined) this.#pending.delete(next);
      else next.dueAtMs += next.periodMs;
      next.run();
    }
    this.#clock.advance(untilMs - this.#clock.monotonicMs());
  }

  #add(delayMs: number, periodMs: number | undefined, run: () => void): TimerHandle {
    const timer = { dueAtMs: this.#clock.monotonicMs() + delayMs, periodMs, run };
    this.#pending.add(timer);
    return { cancel: () => void this.#pending.delete(timer) };
  }

  #nextBefore(untilMs: number): Pending | undefined {
    const due = [...this.#pending].filter(({ dueAtMs }) => dueAtMs <= untilMs);
    return due.sort((one, other) => one.dueAtMs - other.dueAtMs)[0];
  }
}
