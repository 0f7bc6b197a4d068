import type { ThresholdTable } from '../core/index.js';
import type { ComparisonFigures, Interval } from './figures.js';

/** The measured points of one kind of comparison as the threshold table that the product reads, strictest last. */
export function tableOf(
  figures: ComparisonFigures,
  evaluation: { readonly id: string; readonly date: string },
): ThresholdTable {
  const { kind, population } = figures;
  return {
    evaluation: {
      ...evaluation,
      kind,
      population: population.nonMated,
      comparisons: population.nonMatedComparisons,
      note: population.note,
    },
    points: figures.points.flatMap(({ wantedFmr, threshold, fmr, fnmr }) => {
      if (threshold === undefined || fmr.state !== 'measured') return [];
      const { similarity, interval: range } = threshold;
      const interval = {
        similarity: range,
        ...(fmr.interval === undefined ? {} : { fmr: short(fmr.interval) }),
      };
      const missed =
        fnmr === undefined || fnmr.trials === 0 ? {} : { fnmr: { errors: fnmr.errors, trials: fnmr.trials } };
      return [{ fmr: wantedFmr, similarity, errors: fmr.errors, ...missed, interval }];
    }),
  };
}

/** More digits than three would claim what resampling cannot tell. */
function short({ low, high }: Interval): Interval {
  return { low: Number(low.toPrecision(3)), high: Number(high.toPrecision(3)) };
}
