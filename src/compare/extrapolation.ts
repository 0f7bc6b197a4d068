import { MenshenError, type ThresholdPoint, type ThresholdTable } from '../core/index.js';

/** Further than two decades beyond the last measured point not even a named person can accept a guess. */
const furthest = 100;
/** The slope is taken over this many of the strictest segments: the steepest one counts. */
const segments = 3;

/**
 * The similarity for a false match rate below the lowest measured one: from the upper end of that point's interval, up
 * the steepest of the last segments, linear in log10 FMR.
 *
 * Conservative while the tail of non-mated similarities falls at least as fast as an exponential: thresholds then rise
 * by less and less for each decade. On lfw-a (3.06 million comparisons) it lies at or above what was measured, from
 * whichever part of the points it is taken. Mislabelled pictures, or twins, can make a tail that does not fall: that is
 * what a person accepts by name.
 *
 * @throws MenshenError `threshold-unsupported` without two points that rise, beyond two decades, or at a similarity of 1
 *   or more, which nobody reaches.
 */
export function extrapolatedSimilarity(table: ThresholdTable, wantedFmr: number): number {
  const points = [...table.points].sort((a, b) => b.fmr - a.fmr);
  const last = points.at(-1);
  const slope = steepestSlope(points.slice(-segments - 1));
  const name = `${table.evaluation.kind} in evaluation ${table.evaluation.id}`;
  if (last === undefined || slope === undefined)
    throw unsupported(`${name} has no two measured points that rise, so there is nothing to go on from.`);
  // The factor is for 1e-3 / 100, which is not 1e-5 in binary.
  if (!(wantedFmr >= lowestExtrapolatedFmr(table) * (1 - 1e-9))) {
    throw unsupported(
      `a false match rate of ${wantedFmr} is more than ${furthest} times below what was measured for ${name} (${last.fmr}); that cannot be accepted.`,
    );
  }
  const from = startOf(last, slope);
  const similarity = Math.ceil((from + slope * Math.log10(last.fmr / wantedFmr)) * 1e4) / 1e4;
  if (similarity < 1) return similarity;
  throw unsupported(`a false match rate of ${wantedFmr} would ask ${name} for a similarity that nobody reaches.`);
}

/** The lowest rate that may be extrapolated to. */
export function lowestExtrapolatedFmr({ points }: ThresholdTable): number {
  return Math.min(...points.map(({ fmr }) => fmr)) / furthest;
}

/** Without an interval, a third of a decade: more than 30 errors (rule of 30) leave open. */
function startOf({ similarity, interval }: ThresholdPoint, slope: number): number {
  const upper = interval?.similarity.high ?? similarity + slope / 3;
  return Math.max(similarity, upper);
}

/** Similarity for each decade. */
function steepestSlope(points: readonly ThresholdPoint[]): number | undefined {
  const slopes = points.slice(1).map((point, index) => {
    const before = points[index] ?? point;
    return (point.similarity - before.similarity) / Math.log10(before.fmr / point.fmr);
  });
  const steepest = Math.max(...slopes);
  // A flat line would claim a stricter rate for nothing; NaN is no slope either.
  return steepest > 0 ? steepest : undefined;
}

function unsupported(detail: string): MenshenError {
  return new MenshenError('threshold-unsupported', detail);
}
