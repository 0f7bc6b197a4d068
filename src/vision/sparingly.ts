import type { Timers } from '../core/index.js';

/** What may be done once, and then not again for so long. */
export class Sparingly {
  readonly #timers: Timers;
  readonly #pauseMs: number;
  #may = true;

  constructor(timers: Timers, pauseMs: number) {
    this.#timers = timers;
    this.#pauseMs = pauseMs;
  }

  /** Whether it may be done now; whoever is told so does it. */
  take(): boolean {
    if (!this.#may) return false;
    this.#may = false;
    this.#timers.after(this.#pauseMs, () => {
      this.#may = true;
    });
    return true;
  }
}
