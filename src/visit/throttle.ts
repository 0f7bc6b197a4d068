import { MenshenError } from '../core/index.js';

const freeFailures = 5;
const gapMs = 2_000;
const forgottenAfterMs = 60_000;

/**
 * Slows guessing down without locking anybody out: after five failed tries within a minute one try every two seconds is
 * left, to whoever comes. At that pace half an hour allows 900 guesses at 8.5e11 codes. PINs have their own lock besides.
 */
export class Throttle {
  readonly #monotonicMs: () => number;
  #failures = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /**
   * Counts a try as failed until `succeeded` is called: tries side by side get no extra one.
   *
   * @throws MenshenError `too-many-requests`.
   */
  begin(): { succeeded(): void } {
    const nowMs = this.#monotonicMs();
    if (nowMs - this.#lastMs >= forgottenAfterMs) this.#failures = 0;
    if (this.#failures >= freeFailures && nowMs - this.#lastMs < gapMs) {
      throw new MenshenError('too-many-requests', 'Several tries failed just now. Wait two seconds and try again.');
    }
    this.#failures += 1;
    this.#lastMs = nowMs;
    return {
      succeeded: () => {
        this.#failures = Math.max(0, this.#failures - 1);
      },
    };
  }
}
