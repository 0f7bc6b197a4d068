/** Settings and tables that the seeing rooms, `compare` and `decide` share. */
import type { Point } from './picture.js';

/** Where a person stands who wants to be verified: a polygon in 0..1 of the picture. A face belongs to it by its box centre. */
export interface CaptureZone {
  readonly polygon: readonly Point[];
}

export interface QualityLimits {
  readonly minInterEyeDistancePx: number;
  readonly minSharpness: number;
  /** Mean luminance of the face, 0..1. */
  readonly minLuminance: number;
  readonly maxLuminance: number;
  /** Standard deviation of the face's luminance, 0..1. */
  readonly minContrast: number;
  /** Standard deviation of the sensor's noise over the face's mean luminance. */
  readonly maxNoise: number;
  readonly maxYawDeg: number;
  readonly maxPitchDeg: number;
  readonly maxRollDeg: number;
}

/** A threshold never travels from one kind of comparison to another. */
export const comparisonKinds = ['single-single', 'reference-single', 'reference-fused'] as const;
export type ComparisonKind = (typeof comparisonKinds)[number];

/** Where a threshold comes from; printed beside every use of it. */
export interface EvaluationRef {
  readonly id: string;
  readonly date: string;
  /** Data and population, in words. */
  readonly population: string;
  readonly kind: ComparisonKind;
  /** Non-mated comparisons behind the table. */
  readonly comparisons: number;
  readonly note?: string;
  /** The embedding model that was evaluated. */
  readonly modelId?: string;
}

interface Range {
  readonly low: number;
  readonly high: number;
}

export interface ThresholdPoint {
  readonly fmr: number;
  readonly similarity: number;
  /** False matches behind it. */
  readonly errors?: number;
  /** False non-matches at this similarity; absent where the evaluation did not state them. */
  readonly fnmr?: { readonly errors: number; readonly trials: number };
  /** 95 %: the similarity at which this FMR is reached, and the FMR at this similarity. */
  readonly interval?: { readonly similarity: Range; readonly fmr?: Range };
}

/** False match rate -> cosine similarity, strictest last; measured points only. */
export interface ThresholdTable {
  readonly evaluation: EvaluationRef;
  readonly points: readonly ThresholdPoint[];
}

/**
 * What strangers' embeddings look like as a whole: a statistic over many people, from which nobody can be told.
 * `rank` principal directions, each scaled by its standard deviation, and the variance of all the rest.
 */
export interface ImpostorModel {
  readonly dimensions: number;
  readonly rank: number;
  /** `rank` x `dimensions`, row by row. */
  readonly factors: Float32Array;
  /** Of each of the other directions. */
  readonly restVariance: number;
  /** How much of it counts: each side of a comparison is divided by its relative deviation to this power. */
  readonly exponent: number;
  /** Median over people: similarities of such a vector are left as they are. */
  readonly typicalDeviation: number;
  /** How many people it was taken from. */
  readonly people: number;
}

export interface PadThresholds {
  readonly evaluation: string;
  /** Fused likelihood at or above which a presentation counts as bona fide. */
  readonly bonaFideAtLeast: number;
  /** Fused likelihood at or below which it counts as an attack; between the two it stays undecided. */
  readonly attackAtMost: number;
}
