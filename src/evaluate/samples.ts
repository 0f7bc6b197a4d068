/** What an evaluation is made of: pictures already turned into vectors, recordings already turned into cues. */
import type { PadCue, QualityReason } from '../core/index.js';

/** One picture of one person. Whoever made the vector wipes it; no figure keeps one. */
export interface FaceSample {
  readonly file: string;
  readonly person: string;
  /** Unit length. */
  readonly vector?: Float32Array;
  /** Why there is no vector: a failure to acquire. */
  readonly failure?: string;
  /** Unified quality, 0 (useless) to 100 (ideal). */
  readonly quality?: number;
}

/** Comparisons that the data set itself lists, as pairs of sample files. */
export interface PairList {
  readonly folds: readonly {
    readonly mated: readonly (readonly [string, string])[];
    readonly nonMated: readonly (readonly [string, string])[];
  }[];
}

/** One recording (or still) of one presentation to the camera. */
export interface PresentationRecording {
  readonly file: string;
  /** `bona-fide`, or the species of the attack. */
  readonly species: string;
  readonly person?: string;
  /** How it was made from another recording; a derived recording never counts for its species. */
  readonly derived?: string;
  readonly frames: readonly {
    readonly atMs: number;
    readonly pad: readonly PadCue[];
    /** Why this frame could not be compared; a verification passes over such frames. */
    readonly reasons: readonly QualityReason[];
  }[];
}

export const bonaFideSpecies = 'bona-fide';
