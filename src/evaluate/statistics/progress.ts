/** Called now and then: what is being done, and how far it is (`done` of `total`, in units of the step). */
export type OnProgress = (step: string, done: number, total: number) => void;

/** Long enough that waiting costs nothing, short enough that a signal or a progress line is not kept waiting. */
const sliceOperations = 2e8;

/** Lets others run now and then in a long calculation. */
export class Pacer {
  readonly #onProgress: OnProgress | undefined;
  #operations = 0;

  constructor(onProgress?: OnProgress) {
    this.#onProgress = onProgress;
  }

  /** Counts `operations` multiplications or the like as done; waits a turn when a slice of them is full. */
  async spent(operations: number, step: string, done: number, total: number): Promise<void> {
    this.#operations += operations;
    if (this.#operations < sliceOperations && done < total) return;
    this.#operations = 0;
    this.#onProgress?.(step, done, total);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
