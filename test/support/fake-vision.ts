import {
  type CameraHealth,
  type ComparisonKind,
  type ErrorCode,
  type FrameObservation,
  MenshenError,
  type PadLight,
  type QualityReason,
} from '#menshen/core/index.js';
import type { PackFacts, Vision, WatchHandle, WatchListener, WatchOptions } from '#menshen/vision/index.js';
import type { FakeClock } from './fake-clock.js';

const table = (kind: ComparisonKind, points: readonly (readonly [number, number])[]) => ({
  evaluation: { id: `test-${kind}`, date: '2026-01-01', population: 'none: this is a test', kind, comparisons: 10_000 },
  points: points.map(([fmr, similarity]) => ({ fmr, similarity })),
});

/** A model pack of four dimensions: faces along different axes have similarity 0. */
export const packFacts: PackFacts = {
  packId: 'test@1',
  packHash: '0'.repeat(64),
  modelId: 'test-embedding',
  roles: ['detection', 'landmarks', 'pad', 'embedding'],
  dimensions: 4,
  thresholds: [
    table('single-single', [
      [0.01, 0.3],
      [0.001, 0.4],
    ]),
    table('reference-single', [
      [0.001, 0.5],
      [0.0001, 0.6],
    ]),
    table('reference-fused', [
      [0.01, 0.4],
      [0.001, 0.5],
      [0.0001, 0.6],
    ]),
  ],
  pad: {
    evaluation: 'none: this is a test',
    bonaFideAtLeast: 0.75,
    attackAtMost: 0.35,
    minFrames: 2,
    trim: 0,
    countedCues: ['texture-model'],
  },
  limits: {
    minInterEyeDistancePx: 32,
    minSharpness: 0.015,
    minLuminance: 0.15,
    maxLuminance: 0.9,
    minContrast: 0.06,
    maxNoise: 0.015,
    maxYawDeg: 30,
    maxPitchDeg: 25,
    maxRollDeg: 30,
  },
};

/** A face as the camera would see it: its feature vector and what attack detection makes of it. */
export interface SeenFace {
  readonly vector: readonly number[];
  readonly bonaFideLikelihood?: number;
  readonly light?: PadLight;
  /** Positive to the person's left. */
  readonly yawDeg?: number;
  readonly interEyePx?: number;
  /** Seen only by a watch that was asked to look at the eyes. */
  readonly eyesClosedLogOdds?: number;
}

export const ada: SeenFace = { vector: [1, 0, 0, 0] };
export const bo: SeenFace = { vector: [0, 1, 0, 0] };
export const stranger: SeenFace = { vector: [0, 0, 1, 0] };
/** Ada's face held up on a screen. */
export const adaOnAScreen: SeenFace = { ...ada, bonaFideLikelihood: 0.02 };
/** Ada's face of which attack detection cannot tell what it is. */
export const adaInDoubt: SeenFace = { ...ada, bonaFideLikelihood: 0.5 };

/** Recognition that sees what a test tells it to. */
export class FakeVision implements Vision {
  /** Every probe it ever gave away, to check that it was wiped. */
  readonly probes: Float32Array[] = [];
  packFacts: PackFacts | undefined = packFacts;
  trouble: string | undefined;
  faultCode: ErrorCode | undefined;
  cameraState: CameraHealth['state'] = 'live';
  readonly #clock: FakeClock;
  readonly #watches = new Map<
    number,
    { readonly cameraId: string; readonly listener: WatchListener; readonly eyes: boolean }
  >();
  readonly #stills: FrameObservation[] = [];
  #sequence = 0;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** Faces outside the capture zone in every frame from now on. */
  bystanders = 0;
  camerasOpen = false;

  openCameras(): void {
    this.camerasOpen = true;
  }

  facts(): PackFacts | undefined {
    return this.packFacts;
  }

  cameras(): readonly CameraHealth[] {
    const state = this.cameraState;
    return [{ cameraId: 'front', state, framesDelivered: this.#sequence, framesSkipped: 0, reopened: 0 }];
  }

  problem(): string | undefined {
    return this.trouble;
  }

  fault(): ErrorCode | undefined {
    return this.faultCode;
  }

  /** Whether any watch looks at eyes. */
  get looksAtEyes(): boolean {
    return [...this.#watches.values()].some(({ eyes }) => eyes);
  }

  /** How many watches run: face work is going on exactly while there is one. */
  get watching(): number {
    return this.#watches.size;
  }

  watch(cameraId: string, listener: WatchListener, { eyes = false }: WatchOptions = {}): WatchHandle {
    if (this.trouble !== undefined) throw new MenshenError('vision-down', this.trouble);
    if ([...this.#watches.values()].some((other) => other.cameraId === cameraId)) {
      throw new MenshenError('camera-busy', `The camera ${cameraId} is being used.`);
    }
    const id = ++this.#sequence;
    this.#watches.set(id, { cameraId, listener, eyes });
    return { stop: () => void this.#watches.delete(id) };
  }

  /** Shows a face to the camera for so many frames. */
  show(face: SeenFace, frames: number, capturedAtMs: number = this.#clock.monotonicMs()): void {
    const { eyesClosedLogOdds: _unseen, ...unlooked } = face;
    for (let n = 0; n < frames; n += 1) {
      this.#emit((eyes) => this.#observation([], eyes ? face : unlooked, capturedAtMs));
    }
  }

  /** Shows something that gives no probe. */
  showUnusable(reason: QualityReason, frames: number): void {
    for (let n = 0; n < frames; n += 1) this.#emit(() => this.#observation([reason], undefined));
  }

  /** What the next stills will turn out to be. */
  queueStills(...seen: readonly (SeenFace | QualityReason)[]): void {
    for (const one of seen) {
      this.#stills.push(typeof one === 'string' ? this.#observation([one], undefined) : this.#observation([], one));
    }
  }

  async observeStill(_encoded: Uint8Array): Promise<FrameObservation> {
    const next = this.#stills.shift();
    if (next === undefined) throw new MenshenError('picture-unreadable', 'no still was queued');
    return { ...next, cameraId: 'still' };
  }

  /** The recognition process dies. */
  lose(): void {
    const listeners = [...this.#watches.values()].map(({ listener }) => listener);
    this.#watches.clear();
    this.trouble = 'recognition ended';
    for (const listener of listeners) listener.onLost();
  }

  onChange(): void {
    // Nothing here changes by itself.
  }

  async close(): Promise<void> {
    this.#watches.clear();
  }

  #emit(observe: (eyes: boolean) => FrameObservation): void {
    for (const { cameraId, listener, eyes } of [...this.#watches.values()]) {
      if (cameraId === 'front') listener.onObservation(observe(eyes));
    }
  }

  #observation(
    reasons: readonly QualityReason[],
    face: SeenFace | undefined,
    capturedAtMs: number = this.#clock.monotonicMs(),
  ): FrameObservation {
    const frame = { cameraId: 'front', sequence: ++this.#sequence, capturedAtMs, frameWidth: 640, frameHeight: 480 };
    const counts = {
      facesOutsideZone: this.bystanders,
      facesInZone: reasons.includes('several-faces-in-zone') ? 2 : 1,
    };
    return { ...frame, ...counts, reasons, ...(face === undefined ? {} : { face: this.#faceOf(face) }) };
  }

  #faceOf({
    vector,
    bonaFideLikelihood = 0.95,
    light = 'good',
    yawDeg = 0,
    interEyePx = 60,
    eyesClosedLogOdds,
  }: SeenFace): NonNullable<FrameObservation['face']> {
    const probe = { modelId: packFacts.modelId, vector: Float32Array.from(vector) };
    this.probes.push(probe.vector);
    const at = { x: 300, y: 200 };
    const points = { leftEye: at, rightEye: { ...at, x: at.x + interEyePx }, nose: at, mouthLeft: at, mouthRight: at };
    const yaw = { name: 'yaw', value: yawDeg, unit: 'deg', component: 80 } as const;
    return {
      box: { x: 250, y: 150, width: 150, height: 200 },
      points,
      detectionLikelihood: 0.99,
      quality: { acceptable: true, unified: 80, reasons: [], measures: [yaw] },
      pad: [{ cue: 'texture-model', state: 'assessed', bonaFideLikelihood, light, evidence: 'test' }],
      probe,
      ...(eyesClosedLogOdds === undefined ? {} : { eyesClosedLogOdds }),
    };
  }
}
