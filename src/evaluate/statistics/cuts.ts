import { gridPerUnit, type Tail } from './non-mated.js';
import { errorsAllowed, fewestErrors, unsupportedBecause } from './rates.js';

/** ISO/IEC 19795-1 leaves the points open; a gate lives from 1e-4 and below. */
export const wantedFmrs = [1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6] as const;

export interface Cut {
  readonly wantedFmr: number;
  /** False matches at the similarity it was taken from, before rounding: at least 30. */
  readonly errors: number;
  /** Rounded up: rounded down it would let more through than was measured. */
  readonly threshold: number;
}

/** The thresholds that the comparisons support, lenient first. */
export function cutsOf(tail: Tail, comparisons: number): Cut[] {
  return wantedFmrs.flatMap((wantedFmr) => {
    if (unsupportedBecause(wantedFmr, comparisons) !== undefined) return [];
    const errors = errorsAtMost(tail, errorsAllowed(wantedFmr, comparisons));
    const lowest = tail.similarities[errors - 1];
    // Many equal similarities (a broken model) leave no threshold near the wanted rate.
    if (lowest === undefined || errors < fewestErrors) return [];
    return [{ wantedFmr, errors, threshold: roundedUp(lowest) }];
  });
}

/** As many of the highest similarities as `allowed`, fewer where the next ones are as high as the last. */
function errorsAtMost({ similarities }: Tail, allowed: number): number {
  let errors = Math.min(allowed, similarities.length);
  const next = similarities[errors];
  while (errors > 0 && next !== undefined && similarities[errors - 1] === next) errors -= 1;
  return errors;
}

function roundedUp(similarity: number): number {
  return Math.min(1, Math.ceil(similarity * gridPerUnit) / gridPerUnit);
}
