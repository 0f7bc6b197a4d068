import type { Frame, Picture } from '../core/index.js';

/** A picture on its way from a feed into the slot. */
export interface FeedFrame extends Picture {
  readonly positionMs?: number;
}

interface Waiter {
  readonly afterSequence: number;
  readonly take: (frame: Frame | undefined) => void;
}

/**
 * One place for one frame. A newer frame takes the place of an older one that nobody fetched; in lossless mode it waits
 * until the older one was fetched. A frame belongs to whoever fetches it, so each goes to one consumer only.
 */
export class NewestFrame {
  readonly #cameraId: string;
  readonly #lossless: boolean;
  #sequence = 0;
  #waiting: Frame | undefined;
  #waiters: Waiter[] = [];
  #fetched: (() => void) | undefined;
  #spare: Uint8Array | undefined;
  #finished = false;
  delivered = 0;
  skipped = 0;
  lastFrameAtMs: number | undefined;
  positionMs: number | undefined;

  constructor(cameraId: string, lossless: boolean) {
    this.#cameraId = cameraId;
    this.#lossless = lossless;
  }

  /** Bytes to fill with the next picture: those of a frame that nobody fetched, when they fit. */
  buffer(length: number): Uint8Array {
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare?.length === length) return spare;
    spare?.fill(0);
    return new Uint8Array(length);
  }

  /** Resolves at once, or in lossless mode when the frame was fetched. After `finish` the picture is wiped. */
  async put(picture: FeedFrame, capturedAtMs: number): Promise<void> {
    if (this.#finished) {
      picture.rgb.fill(0);
      return;
    }
    this.#sequence += 1;
    this.lastFrameAtMs = capturedAtMs;
    this.positionMs = picture.positionMs;
    const frame: Frame = { ...picture, cameraId: this.#cameraId, sequence: this.#sequence, capturedAtMs };
    const index = this.#waiters.findIndex((waiter) => waiter.afterSequence < frame.sequence);
    const [waiter] = index < 0 ? [] : this.#waiters.splice(index, 1);
    if (waiter) {
      this.delivered += 1;
      waiter.take(frame);
      return;
    }
    this.#replace(frame);
    if (this.#lossless) await new Promise<void>((resolve) => (this.#fetched = resolve));
  }

  next(afterSequence: number, signal?: AbortSignal): Promise<Frame | undefined> {
    if (signal?.aborted) return Promise.resolve(undefined);
    const frame = this.#waiting;
    if (frame && frame.sequence > afterSequence) {
      this.#waiting = undefined;
      this.delivered += 1;
      this.#release();
      return Promise.resolve(frame);
    }
    if (this.#finished) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const giveUp = () => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        resolve(undefined);
      };
      const take = (taken: Frame | undefined) => {
        signal?.removeEventListener('abort', giveUp);
        resolve(taken);
      };
      const waiter: Waiter = { afterSequence, take };
      this.#waiters.push(waiter);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** No frame will come any more; one that waits can still be fetched. */
  finish(): void {
    this.#finished = true;
    this.#spare?.fill(0);
    this.#spare = undefined;
    this.#release();
    for (const waiter of this.#waiters.splice(0)) waiter.take(undefined);
  }

  /** Like `finish`, and wipes the frame that waits. */
  close(): void {
    this.#waiting?.rgb.fill(0);
    this.#waiting = undefined;
    this.finish();
  }

  #replace(frame: Frame): void {
    if (this.#waiting) {
      this.skipped += 1;
      this.#spare?.fill(0);
      this.#spare = this.#waiting.rgb;
    }
    this.#waiting = frame;
  }

  #release(): void {
    this.#fetched?.();
    this.#fetched = undefined;
  }
}
