import type { CameraHealth, Clock, Frame, FrameSource, Logger, Randomness, Timers } from '../core/index.js';
import { asMenshenError, assertNever, MenshenError } from '../core/index.js';
import { findFfmpeg, systemRandomness } from '../platform/index.js';
import { type CameraSource, isRecorded } from './camera-source.js';
import { checkSource } from './check-source.js';
import { type Feed, type FeedContext, unavailable, waitUntil } from './feed.js';
import { rtspFeed, v4l2Feed } from './live-feed.js';
import { NewestFrame } from './newest-frame.js';
import { recordingFeed } from './recording-feed.js';
import { stillsFeed } from './stills-feed.js';
import { webcamFeed } from './webcam-feed.js';

/** How patient a camera is. */
export interface CameraTiming {
  /** Without a first picture for this long, opening has failed. */
  readonly openingMs: number;
  /** Without a next picture for this long, the camera counts as dead. */
  readonly silenceMs: number;
  readonly firstBackOffMs: number;
  readonly longestBackOffMs: number;
  /** A camera that held out this long starts again with the first back-off. */
  readonly steadyMs: number;
}

export const usualCameraTiming: CameraTiming = {
  openingMs: 15_000,
  silenceMs: 5_000,
  firstBackOffMs: 500,
  longestBackOffMs: 30_000,
  steadyMs: 10_000,
};

export interface CameraOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger?: Logger;
  readonly randomness?: Randomness;
  /** Absolute; without it the system's ffmpeg is used, else the one that set-up put into the project. */
  readonly ffmpegPath?: string;
  /** For recordings and stills: no picture is dropped, the source waits for its consumer instead. */
  readonly everyFrame?: boolean;
  readonly timing?: Partial<CameraTiming>;
}

/**
 * Opens a camera; returns at once, and tells how it goes in `health()`.
 *
 * A camera that dies or falls silent is opened again with growing, jittered pauses until it is closed. A recording that
 * cannot be read stays `failed`, and `next` resolves undefined.
 *
 * @throws MenshenError config-invalid for a source that must never be opened
 */
export function openCamera(cameraId: string, source: CameraSource, options: CameraOptions): FrameSource {
  checkSource(source);
  if (options.everyFrame && !isRecorded(source)) {
    throw new MenshenError('config-invalid', 'Only a recording or stills can wait for a consumer; a camera cannot.');
  }
  const timing = { ...usualCameraTiming, ...options.timing };
  return new SupervisedCamera(cameraId, source, feedFor(source, timing), timing, options);
}

function feedFor(source: CameraSource, timing: CameraTiming): Feed {
  switch (source.kind) {
    case 'recording':
      return recordingFeed(source);
    case 'v4l2':
      return v4l2Feed(source);
    case 'rtsp':
      return rtspFeed(source, timing.silenceMs);
    case 'stills':
      return stillsFeed(source);
    case 'webcam':
      return webcamFeed(source);
    default:
      return assertNever(source);
  }
}

/** A slow source may take this many of its own periods before it counts as silent. */
const periodsOfPatience = 3;

class SupervisedCamera implements FrameSource {
  readonly #cameraId: string;
  readonly #source: CameraSource;
  readonly #feed: Feed;
  readonly #timing: CameraTiming;
  readonly #options: CameraOptions;
  readonly #slot: NewestFrame;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #state: CameraHealth['state'] = 'opening';
  #problem: string | undefined;
  #reopened = 0;

  constructor(cameraId: string, source: CameraSource, feed: Feed, timing: CameraTiming, options: CameraOptions) {
    this.#cameraId = cameraId;
    this.#source = source;
    this.#feed = feed;
    this.#options = options;
    this.#timing = timing;
    this.#slot = new NewestFrame(cameraId, options.everyFrame ?? false);
    this.#running = this.#run();
  }

  next(afterSequence: number, signal?: AbortSignal): Promise<Frame | undefined> {
    return this.#slot.next(afterSequence, signal);
  }

  health(): CameraHealth {
    const { delivered, skipped, lastFrameAtMs, positionMs } = this.#slot;
    return {
      cameraId: this.#cameraId,
      state: this.#state,
      framesDelivered: delivered,
      framesSkipped: skipped,
      reopened: this.#reopened,
      ...(lastFrameAtMs === undefined ? {} : { lastFrameAtMs }),
      ...(positionMs === undefined ? {} : { positionMs }),
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#slot.close();
    await this.#running;
    this.#state = 'ended';
  }

  async #run(): Promise<void> {
    let backOffMs = this.#timing.firstBackOffMs;
    for (;;) {
      const openedAtMs = this.#options.clock.monotonicMs();
      const error = await this.#attempt();
      if (this.#closing.signal.aborted) return;
      if (error === undefined || this.#isFinal(error)) return this.#end(error);
      const steady = this.#state === 'live' && this.#options.clock.monotonicMs() - openedAtMs >= this.#timing.steadyMs;
      if (steady) backOffMs = this.#timing.firstBackOffMs;
      await this.#backOff(error, backOffMs);
      if (this.#closing.signal.aborted) return;
      backOffMs = Math.min(backOffMs * 2, this.#timing.longestBackOffMs);
      this.#reopened += 1;
      this.#state = 'opening';
    }
  }

  /** Undefined when the source has ended as it should. */
  async #attempt(): Promise<MenshenError | undefined> {
    const silence = new AbortController();
    const context = this.#contextWith(AbortSignal.any([this.#closing.signal, silence.signal]));
    const frames = this.#feed(context);
    try {
      for (;;) {
        const step = await this.#beforeSilence(frames, silence);
        if (silence.signal.aborted) return unavailable(this.#silent());
        if (step.done) return undefined;
        if (this.#state !== 'live') this.#becomeLive();
        await this.#slot.put(step.value, this.#options.clock.monotonicMs());
      }
    } catch (thrown) {
      return silence.signal.aborted ? unavailable(this.#silent(), thrown) : asMenshenError(thrown);
    } finally {
      silence.abort();
      await frames.return();
    }
  }

  async #beforeSilence<T>(frames: AsyncGenerator<T, void, void>, silence: AbortController) {
    const patienceMs = this.#state === 'live' ? this.#timing.silenceMs : this.#timing.openingMs;
    const ownPaceMs = (periodsOfPatience * 1000) / (this.#source.framesPerSecond ?? Number.POSITIVE_INFINITY);
    const timer = this.#options.timers.after(Math.max(patienceMs, ownPaceMs), () => silence.abort());
    try {
      return await frames.next();
    } finally {
      timer.cancel();
    }
  }

  #contextWith(signal: AbortSignal): FeedContext {
    return {
      clock: this.#options.clock,
      timers: this.#options.timers,
      signal,
      ffmpeg: () => findFfmpeg(this.#options.ffmpegPath),
      buffer: (length) => this.#slot.buffer(length),
      remark: (sentence) => {
        this.#problem = sentence;
      },
    };
  }

  #becomeLive(): void {
    this.#state = 'live';
    // A remark of the feed itself stays; the sentence about the last failure is history now.
    if (this.#source.kind !== 'stills') this.#problem = undefined;
    this.#log('info', 'camera-live', {});
  }

  /** What never gave a picture holds none; only a camera can come back. */
  #isFinal(error: MenshenError): boolean {
    return (
      error.code === 'recording-unreadable' || (isRecorded(this.#source) && this.#slot.lastFrameAtMs === undefined)
    );
  }

  #end(error: MenshenError | undefined): void {
    this.#state = error ? 'failed' : 'ended';
    if (error) {
      this.#problem = error.detail;
      this.#log('error', 'camera-failed', { reason: error.code });
    }
    this.#slot.finish();
  }

  async #backOff(error: MenshenError, backOffMs: number): Promise<void> {
    // Cameras behind one switch that came back together should not be asked all at the same instant.
    const jitter = (this.#options.randomness ?? systemRandomness).bytes(1)[0] ?? 0;
    const pauseMs = Math.round(backOffMs * (0.75 + jitter / 512));
    this.#state = 'failed';
    this.#problem = error.detail;
    this.#log('warn', 'camera-lost', { reason: error.code, reopenInMs: pauseMs, reopened: this.#reopened });
    await waitUntil(this.#contextWith(this.#closing.signal), this.#options.clock.monotonicMs() + pauseMs);
  }

  #silent(): string {
    return 'The camera is open but sends no pictures. Check its power and its connection; it is being opened again.';
  }

  #log(level: 'info' | 'warn' | 'error', code: string, fields: Record<string, string | number>): void {
    this.#options.logger?.log(level, code, { cameraId: this.#cameraId, ...fields });
  }
}
