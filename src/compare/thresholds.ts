import { type ComparisonKind, type EvaluationRef, MenshenError, type ThresholdTable } from '../core/index.js';

export interface Threshold {
  readonly cosineSimilarity: number;
  /** The measured false match rate it stands for: at or below the wanted one. */
  readonly fmr: number;
  readonly evaluation: EvaluationRef;
}

/**
 * Translates a wanted false match rate into a similarity: the loosest measured point that keeps it, nothing interpolated.
 *
 * @throws MenshenError `threshold-unsupported` when the evaluation never measured that low.
 */
export function thresholdFor(tables: readonly ThresholdTable[], kind: ComparisonKind, wantedFmr: number): Threshold {
  const table = tableOf(tables, kind);
  const kept = table.points.filter(({ fmr }) => fmr <= wantedFmr).sort((a, b) => b.fmr - a.fmr)[0];
  if (kept === undefined) {
    throw new MenshenError(
      'threshold-unsupported',
      `A false match rate of ${wantedFmr} was never measured for ${kind} comparisons: evaluation ${table.evaluation.id} goes down to ${lowestFmr(tables, kind)}. Ask for that, or bring a larger evaluation.`,
    );
  }
  return { ...kept, evaluation: table.evaluation };
}

/** The lowest false match rate the pack's evaluation supports for this kind of comparison. */
export function lowestFmr(tables: readonly ThresholdTable[], kind: ComparisonKind): number {
  return Math.min(...tableOf(tables, kind).points.map(({ fmr }) => fmr));
}

/** One comparison's FMR such that a search over `gallerySize` references keeps the wanted FPIR (independent comparisons). */
export function fmrForIdentification(wantedFpir: number, gallerySize: number): number {
  return 1 - (1 - wantedFpir) ** (1 / Math.max(1, gallerySize));
}

/** The largest gallery whose identification keeps the wanted FPIR at the lowest measured FMR. */
export function galleryCeiling(tables: readonly ThresholdTable[], kind: ComparisonKind, wantedFpir: number): number {
  return Math.floor(Math.log1p(-wantedFpir) / Math.log1p(-lowestFmr(tables, kind)) + 1e-9);
}

function tableOf(tables: readonly ThresholdTable[], kind: ComparisonKind): ThresholdTable {
  const table = tables.find(({ evaluation }) => evaluation.kind === kind);
  if (table === undefined || table.points.length === 0) {
    throw new MenshenError('threshold-unsupported', `The model pack has no thresholds for ${kind} comparisons.`);
  }
  return table;
}
