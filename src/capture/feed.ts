import { type Clock, MenshenError, type Timers } from '../core/index.js';
import type { FoundFfmpeg } from '../platform/index.js';
import type { FeedFrame } from './newest-frame.js';

/** What a feed gets from the camera that runs it. */
export interface FeedContext {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Fires when the camera is closed or the feed gave nothing for too long; the feed then ends or throws. */
  readonly signal: AbortSignal;
  /** @throws MenshenError camera-unavailable */
  ffmpeg(): Promise<FoundFfmpeg>;
  /** Bytes for one picture; may be those of a dropped one. */
  buffer(length: number): Uint8Array;
  /** A sentence for `health().problem` about something that does not stop the feed. */
  remark(sentence: string): void;
}

/**
 * One attempt at a source: pictures until it ends (returns), breaks (throws `camera-unavailable`: worth another
 * attempt) or cannot work (throws `recording-unreadable`). It holds its resources only while it runs.
 */
export type Feed = (context: FeedContext) => AsyncGenerator<FeedFrame, void, void>;

/** Waits until a monotonic time, or until the signal fires. */
export function waitUntil(context: FeedContext, monotonicMs: number): Promise<void> {
  const delayMs = monotonicMs - context.clock.monotonicMs();
  if (delayMs <= 0 || context.signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = context.timers.after(delayMs, settle);
    context.signal.addEventListener('abort', settle, { once: true });
    function settle(): void {
      timer.cancel();
      context.signal.removeEventListener('abort', settle);
      resolve();
    }
  });
}

export function unreadable(detail: string, cause?: unknown): MenshenError {
  return new MenshenError('recording-unreadable', detail, cause === undefined ? undefined : { cause });
}

export function unavailable(detail: string, cause?: unknown): MenshenError {
  return new MenshenError('camera-unavailable', detail, cause === undefined ? undefined : { cause });
}
