import { MenshenError } from '../core/index.js';

const mostPerCaller = 8;
const mostInAll = 64;

/** How many endless answers are open: each costs a connection, a timer and a read of the audit at every entry. */
export class StreamSlots {
  readonly #open = new Map<string, number>();
  #all = 0;

  /**
   * @returns what gives the place back; once, however often it is called.
   * @throws MenshenError `too-many-requests`.
   */
  take(callerId: string): () => void {
    const own = this.#open.get(callerId) ?? 0;
    if (own >= mostPerCaller)
      throw new MenshenError(
        'too-many-requests',
        `This caller has ${mostPerCaller} event streams open. Close one, or read pages of events.`,
      );
    if (this.#all >= mostInAll)
      throw new MenshenError(
        'too-many-requests',
        `${mostInAll} event streams are open here. Read pages of events, or come back later.`,
      );
    this.#open.set(callerId, own + 1);
    this.#all += 1;
    let held = true;
    return () => {
      if (held) this.#giveBack(callerId);
      held = false;
    };
  }

  #giveBack(callerId: string): void {
    const left = (this.#open.get(callerId) ?? 1) - 1;
    if (left > 0) this.#open.set(callerId, left);
    else this.#open.delete(callerId);
    this.#all -= 1;
  }
}
