import type { ThresholdTable } from '../core/index.js';
import type { ComparisonFigures } from './figures.js';

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
    points: figures.points.flatMap(({ wantedFmr, threshold, fmr }) =>
      threshold === undefined || fmr.state !== 'measured'
        ? []
        : [{ fmr: wantedFmr, cosineSimilarity: threshold.cosineSimilarity }],
    ),
  };
}
