import type { FaceEvidence, FaceObservation, Guidance, QualityMeasure, Randomness } from '../core/index.js';
import { answerChallenge, beginChallenge, type Challenge, type EyeLimits, type PadFusionMode } from '../pad/index.js';

/** The active challenge of one verification: begins anew with every face that takes over, and counts only for that face. */
export class FaceChallenge {
  readonly #randomness: Randomness;
  readonly #answerable: boolean;
  readonly #eyes: EyeLimits | undefined;
  #challenge: Challenge;
  #begun = false;

  /**
   * A rendered recording cannot answer: for it nothing is asked, and the record says so.
   *
   * @param eyes left out where the pack cannot tell closed eyes: nobody is asked to close them
   */
  constructor(randomness: Randomness, { demonstration }: PadFusionMode, eyes?: EyeLimits) {
    this.#randomness = randomness;
    this.#answerable = !demonstration;
    this.#eyes = eyes;
    this.#challenge = beginChallenge(randomness, eyes);
  }

  /** Whether frames must say if the eyes are closed. */
  get looksAtEyes(): boolean {
    return this.#answerable && this.#eyes !== undefined;
  }

  answer(face: FaceObservation, atMs: number): void {
    if (!this.#answerable) return;
    this.#begun = true;
    const { points, eyesClosedLogOdds } = face;
    const signs = {
      atMs,
      yawDeg: measured('yaw', face.quality.measures),
      interEyeDistancePx: Math.hypot(points.rightEye.x - points.leftEye.x, points.rightEye.y - points.leftEye.y),
      ...(eyesClosedLogOdds === undefined ? {} : { eyesClosedLogOdds }),
    };
    this.#challenge = answerChallenge(this.#challenge, signs, this.#randomness);
  }

  /** Another face: what the former one answered is not its own. A failed challenge stays failed. */
  restart(): void {
    if (this.#challenge.outcome !== 'failed') this.#challenge = beginChallenge(this.#randomness, this.#eyes);
    this.#begun = false;
  }

  /** What the person should do now; nothing before there is a face. */
  get prompt(): Guidance | undefined {
    return this.#begun ? this.#challenge.prompt : undefined;
  }

  get report(): string {
    return `active-challenge: ${this.#answerable ? this.#challenge.outcome : 'not-assessed'}`;
  }

  evidence(): Pick<FaceEvidence, 'challenge'> {
    const { outcome } = this.#challenge;
    return this.#answerable && outcome !== 'met' ? { challenge: outcome } : {};
  }
}

function measured(name: QualityMeasure['name'], measures: readonly QualityMeasure[]): number {
  return measures.find((measure) => measure.name === name)?.value ?? Number.NaN;
}
