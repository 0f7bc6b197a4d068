import {
  type CameraFaultLimits,
  type CameraFaultWatch,
  frameDifference,
  type LuminanceGrid,
  luminanceGrid,
  noFaultYet,
  openCamera,
  watchForFault,
} from '../capture/index.js';
import type { CameraHealth, Clock, Frame, FrameObservation, FrameSource, Timers } from '../core/index.js';
import type { CameraSettings } from './protocol.js';

/** How often an unwatched camera's frame is fetched and thrown away, so that its health stays true. */
const idlePeriodMs = 500;

/** Who looks at a camera at the moment. At most one: a face shown for one request can never answer another. */
export interface Watch {
  readonly watchId: string;
  observe(frame: Frame): Promise<FrameObservation>;
  report(observation: FrameObservation): void;
}

/**
 * When the frame that is looked at next may have been captured. Evidence is gathered at a steady rate, the one that
 * attack detection was measured at; but as long as nobody stands in the zone every frame is looked at, as that costs a
 * detection only, and a person who steps in is seen one frame later instead of up to a whole period and a frame.
 *
 * @param periodMs of the steady rate.
 * @returns monotonic.
 */
export function nextLookAtMs(
  { capturedAtMs, facesInZone }: Pick<FrameObservation, 'capturedAtMs' | 'facesInZone'>,
  periodMs: number,
): number {
  // A little early rather than a frame late: cameras jitter.
  return facesInZone === 0 ? capturedAtMs : capturedAtMs + periodMs * 0.9;
}

/** One camera, opened once. While nobody watches, a coarse luminance grid tells whether it sees anything: no face work. */
export class CameraLoop {
  readonly zone: CameraSettings['zone'];
  readonly #source: FrameSource;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #periodMs: number;
  readonly #faultLimits: CameraFaultLimits;
  #watch: Watch | undefined;
  #faultWatch: CameraFaultWatch = noFaultYet;
  #fault: CameraHealth['fault'];
  #lastGrid: LuminanceGrid | undefined;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #wake: () => void = () => undefined;
  #closed = false;
  #facesDropped = 0;

  /** @param settings.framesPerSecond how often a watched camera is looked at; frames in between are skipped. */
  constructor(
    settings: CameraSettings & { readonly framesPerSecond: number; readonly faultLimits: CameraFaultLimits },
    edges: { clock: Clock; timers: Timers; ffmpegPath?: string },
  ) {
    this.#periodMs = 1000 / settings.framesPerSecond;
    this.#faultLimits = settings.faultLimits;
    this.zone = settings.zone;
    this.#clock = edges.clock;
    this.#timers = edges.timers;
    this.#source = openCamera(settings.cameraId, settings.source, edges);
  }

  health(): CameraHealth {
    const health = { ...this.#source.health(), facesDropped: this.#facesDropped };
    return this.#fault === undefined || health.state !== 'live' ? health : { ...health, fault: this.#fault };
  }

  begin(watch: Watch): void {
    // The frame that lies ready was captured before the person's act: it is never looked at.
    this.#notBeforeMs = this.#clock.monotonicMs();
    this.#watch = watch;
    this.#wake();
  }

  end(watchId: string): void {
    if (this.#watch?.watchId === watchId) this.#watch = undefined;
  }

  /** Runs until closed. @throws what observing throws: broken models end the process, not just the frame. */
  async run(): Promise<void> {
    let sequence = -1;
    let nextAtMs = Number.NEGATIVE_INFINITY;
    while (!this.#closed) {
      const frame = await this.#source.next(sequence);
      if (frame === undefined) return;
      sequence = frame.sequence;
      const watch = this.#watch;
      if (watch === undefined) {
        this.#lookForFault(frame);
        frame.rgb.fill(0);
        await this.#idle();
        continue;
      }
      if (frame.capturedAtMs < Math.max(nextAtMs, this.#notBeforeMs) || this.#isRepeat(frame)) {
        frame.rgb.fill(0);
        continue;
      }
      const observation = await watch.observe(frame);
      this.#facesDropped += observation.facesOutsideZone;
      nextAtMs = nextLookAtMs(observation, this.#periodMs);
      if (this.#watch === watch) watch.report(observation);
      else observation.face?.probe?.vector.fill(0);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#source.close();
  }

  /** A camera that repeats itself would let one lucky frame count as many. */
  #isRepeat(frame: Frame): boolean {
    const grid = luminanceGrid(frame);
    const before = this.#lastGrid;
    this.#lastGrid = grid;
    return before !== undefined && frameDifference(before, grid) < this.#faultLimits.frozenBelowDifference;
  }

  #lookForFault(frame: Frame): void {
    const { watch, fault } = watchForFault(
      this.#faultWatch,
      luminanceGrid(frame),
      frame.capturedAtMs,
      this.#faultLimits,
    );
    this.#faultWatch = watch;
    this.#fault = fault?.kind;
  }

  #idle(): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#timers.after(idlePeriodMs, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}
