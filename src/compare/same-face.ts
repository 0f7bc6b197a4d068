import type { ThresholdTable } from '../core/index.js';
import { lowestFmr, thresholdFor } from './thresholds.js';

/** The FMR at which a single frame still counts as of the person a reference is of: lenient, frames are noisy. */
const singleFrameFmr = 1e-2;

/** Similarity above which two successive frames show the same face: the strictest that was measured. */
export function sameFaceThreshold(tables: readonly ThresholdTable[]): number {
  return thresholdFor(tables, 'single-single', lowestFmr(tables, 'single-single')).similarity;
}

/** Similarity that every single frame must have to the reference before all of them together may match it. */
export function singleFrameThreshold(tables: readonly ThresholdTable[]): number {
  return thresholdFor(tables, 'reference-single', singleFrameFmr).similarity;
}
