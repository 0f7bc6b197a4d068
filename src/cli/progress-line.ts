const quietPeriodMs = 10_000;
const patienceMs = 3_000;

/** Says on standard error how far long work is: one line that is rewritten on a terminal, a line now and then elsewhere. */
export class ProgressLine {
  readonly #what: string;
  readonly #startedAtMs = Date.now();
  #firstDone: number | undefined;
  #lastSaidAtMs = 0;

  /** @param what is counted, plural: `pictures and recordings`. */
  constructor(what: string) {
    this.#what = what;
  }

  update(done: number, total: number): void {
    this.#firstDone ??= done;
    const now = Date.now();
    const last = done === total;
    const periodMs = process.stderr.isTTY ? 200 : quietPeriodMs;
    if (!last && now - this.#lastSaidAtMs < periodMs) return;
    this.#lastSaidAtMs = now;
    const line = `${done} of ${total} ${this.#what}${this.#remaining(done, total, now)}`;
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${line}${last ? '\n' : ''}`);
    else process.stderr.write(`${line}\n`);
  }

  #remaining(done: number, total: number, now: number): string {
    const elapsedMs = now - this.#startedAtMs;
    const worked = done - (this.#firstDone ?? 0);
    if (done === total || worked <= 0 || elapsedMs < patienceMs) return '';
    const seconds = Math.round(((total - done) * elapsedMs) / worked / 1000);
    return seconds < 60 ? `, about ${seconds} s left` : `, about ${Math.round(seconds / 60)} min left`;
  }
}
