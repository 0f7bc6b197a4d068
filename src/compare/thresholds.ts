import { type ComparisonKind, type EvaluationRef, MenshenError, type ThresholdTable } from '../core/index.js';
import { extrapolatedSimilarity, lowestExtrapolatedFmr } from './extrapolation.js';

export interface Threshold {
  readonly similarity: number;
  /** The measured false match rate it stands for: at or below the wanted one. */
  readonly fmr: number;
  readonly evaluation: EvaluationRef;
  /** True when the rate was never measured; shown wherever the threshold is. */
  readonly extrapolated?: true;
}

const rounding = 1e-9;

export interface ThresholdOptions {
  /** Somebody accepted by name that rates below the lowest measured one are extrapolated. */
  readonly unmeasuredAccepted?: boolean;
}

/**
 * Translates a wanted false match rate into a similarity: the loosest measured point that keeps it, nothing interpolated.
 * Below the lowest measured rate it refuses, or extrapolates where that was accepted (see `extrapolatedSimilarity`).
 *
 * @throws MenshenError `threshold-unsupported` when the evaluation never measured that low.
 */
export function thresholdFor(
  tables: readonly ThresholdTable[],
  kind: ComparisonKind,
  wantedFmr: number,
  { unmeasuredAccepted = false }: ThresholdOptions = {},
): Threshold {
  const table = tableOf(tables, kind);
  // The tolerance is the ceiling's: rounding in binary must not ask for a rate just below the one that was measured.
  const kept = table.points.filter(({ fmr }) => fmr <= wantedFmr * (1 + rounding)).sort((a, b) => b.fmr - a.fmr)[0];
  if (kept === undefined && unmeasuredAccepted) {
    const similarity = extrapolatedSimilarity(table, wantedFmr);
    return { similarity, fmr: wantedFmr, evaluation: table.evaluation, extrapolated: true };
  }
  if (kept === undefined) {
    throw new MenshenError(
      'threshold-unsupported',
      `A false match rate of ${wantedFmr} was never measured for ${kind} comparisons: evaluation ${table.evaluation.id} goes down to ${lowestFmr(tables, kind)}. Ask for that, or bring a larger evaluation.`,
    );
  }
  const { fmr, similarity } = kept;
  return { fmr, similarity, evaluation: table.evaluation };
}

/** The lowest false match rate the pack's evaluation supports for this kind of comparison. */
export function lowestFmr(tables: readonly ThresholdTable[], kind: ComparisonKind): number {
  return Math.min(...tableOf(tables, kind).points.map(({ fmr }) => fmr));
}

/** The lowest rate that `thresholdFor` answers for. */
export function lowestFmrFor(
  tables: readonly ThresholdTable[],
  kind: ComparisonKind,
  { unmeasuredAccepted = false }: ThresholdOptions = {},
): number {
  if (!unmeasuredAccepted) return lowestFmr(tables, kind);
  return lowestExtrapolatedFmr(tableOf(tables, kind));
}

/** One comparison's FMR such that a search over `gallerySize` references keeps the wanted FPIR (independent comparisons). */
export function fmrForIdentification(wantedFpir: number, gallerySize: number): number {
  return -Math.expm1(Math.log1p(-wantedFpir) / Math.max(1, gallerySize));
}

/** The largest gallery whose identification keeps the wanted FPIR at the lowest FMR there is a threshold for. */
export function galleryCeiling(
  tables: readonly ThresholdTable[],
  kind: ComparisonKind,
  wantedFpir: number,
  options?: ThresholdOptions,
): number {
  return Math.floor(Math.log1p(-wantedFpir) / Math.log1p(-lowestFmrFor(tables, kind, options)) + rounding);
}

function tableOf(tables: readonly ThresholdTable[], kind: ComparisonKind): ThresholdTable {
  const table = tables.find(({ evaluation }) => evaluation.kind === kind);
  if (table === undefined || table.points.length === 0) {
    throw new MenshenError('threshold-unsupported', `The model pack has no thresholds for ${kind} comparisons.`);
  }
  return table;
}
