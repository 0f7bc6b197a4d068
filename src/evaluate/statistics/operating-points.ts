import type { Interval, OperatingPoint } from '../figures.js';
import type { Cut } from './cuts.js';
import type { Mated } from './mated.js';
import { gridPerUnit, type NonMated } from './non-mated.js';
import { errorsAllowed, rateOf, unsupportedBecause } from './rates.js';
import type { Replicates } from './replicates.js';

/** The threshold at `wantedFmr`, or why there is none, with the error rates at it. */
export function operatingPoint(
  wantedFmr: number,
  cut: Cut | undefined,
  nonMated: NonMated,
  mated: Mated,
  replicates: Replicates | undefined,
): OperatingPoint {
  const trials = nonMated.comparisons;
  if (cut === undefined) {
    const reason = unsupportedBecause(wantedFmr, trials) ?? 'too many comparisons have the same similarity';
    return { wantedFmr, fmr: { state: 'insufficient', errors: errorsAllowed(wantedFmr, trials), trials, reason } };
  }
  const { threshold, errors } = cut;
  const at = replicates?.at(wantedFmr);
  const flat: Interval = { low: threshold, high: threshold };
  const fmr = { state: 'measured' as const, errors, trials, value: errors / trials };
  const missed = mated.pairs.filter(({ similarity }) => similarity < threshold);
  const people = new Set(mated.pairs.map(({ person }) => person)).size;
  const made = mated.pairs.length;
  return {
    wantedFmr,
    threshold: { similarity: threshold, interval: at?.threshold === undefined ? flat : widened(at.threshold) },
    fmr: at?.fmr === undefined ? fmr : { ...fmr, interval: at.fmr },
    fnmr: rateOf({
      errors: missed.length,
      trials: made,
      units: people,
      unitName: 'people',
      interval: at?.fnmr,
    }),
    ...(made + mated.failures === 0
      ? {}
      : { generalisedFnmr: (missed.length + mated.failures) / (made + mated.failures) }),
  };
}

/** To the precision of a threshold, outwards. */
function widened({ low, high }: Interval): Interval {
  return {
    low: Math.floor(low * gridPerUnit) / gridPerUnit,
    high: Math.min(1, Math.ceil(high * gridPerUnit) / gridPerUnit),
  };
}
