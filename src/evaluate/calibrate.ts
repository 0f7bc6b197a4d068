import {
  type ComparisonKind,
  comparisonKinds,
  MenshenError,
  type ThresholdPoint,
  type ThresholdTable,
} from '../core/index.js';
import { embeddingModelIdOf, type ModelManifest } from '../inference/index.js';
import { type PadProposal, proposePad } from './calibrate-pad.js';
import type { ComparisonFigures } from './figures.js';
import type { EvaluationReport } from './report/schema.js';
import { tableOf } from './tables.js';

/** Who takes the responsibility for a looser threshold, by name. */
export interface LooseningAcceptance {
  readonly acceptedBy: string;
  readonly on: string;
  readonly statement: string;
}

export interface CalibrationOptions {
  /** What attack detection's thresholds are kept away from the windows that were seen; few recordings are never all there is. */
  readonly padMargin?: number;
  readonly loosening?: LooseningAcceptance;
}

export interface Calibration {
  readonly evaluationId: string;
  /** Of the model that the report and the pack are about. */
  readonly modelId: string;
  /** One for each kind of comparison, measured points only, strictest last. */
  readonly tables: readonly ThresholdTable[];
  readonly pad?: PadProposal;
  /** Thresholds that are now lower than before, beyond what the interval explains; only with an acceptance. */
  readonly loosened: readonly string[];
  readonly loosening?: LooseningAcceptance;
}

const defaultPadMargin = 0.1;

/**
 * Turns a report into the thresholds of a model pack's manifest. Nothing is carried from one kind of comparison to another.
 *
 * Error: `calibration-refused` for a report of another embedding model or impostor model, a kind that was not measured, points out of
 * order, and a threshold that would be looser than today's beyond its interval without an acceptance by name.
 */
export function calibrate(
  report: EvaluationReport,
  manifest: ModelManifest,
  { padMargin = defaultPadMargin, loosening }: CalibrationOptions = {},
): Calibration {
  refuseOtherModel(report, manifest);
  if (loosening !== undefined) checkAcceptance(loosening);
  const tables = comparisonKinds.map((kind) => tableFor(kind, report));
  for (const table of tables) refuseDisorder(table);
  const pad =
    report.pad === undefined ? undefined : proposePad(report.pad, report.id, manifest.padThresholds, padMargin);
  const loosened = [...tables.flatMap((table) => loosenedIn(table, manifest)), ...(pad?.loosened ?? [])];
  if (loosened.length > 0 && loosening === undefined) {
    throw refused(
      `these would be looser than today: ${loosened.join('; ')}. Somebody must accept that by name, with a reason.`,
    );
  }
  const accepted = loosening === undefined ? undefined : acceptedInWords(loosening);
  return {
    evaluationId: report.id,
    modelId: report.pack.modelId,
    tables: tables.map((table) => (loosenedIn(table, manifest).length === 0 ? table : withNote(table, accepted))),
    ...(pad === undefined ? {} : { pad }),
    loosened,
    ...(loosening === undefined ? {} : { loosening }),
  };
}

function refuseOtherModel({ pack, id }: EvaluationReport, manifest: ModelManifest): void {
  const modelId = embeddingModelIdOf(manifest);
  if (pack.modelId !== modelId) {
    throw refused(`the report ${id} is about the model ${pack.modelId}, the pack embeds with ${modelId}.`);
  }
  if (pack.impostorModel === manifest.impostorModel?.sha256) return;
  throw refused(
    `the report ${id} was made with another impostor model than the pack’s; its similarities are other numbers. Evaluate again.`,
  );
}

function checkAcceptance({ acceptedBy, on, statement }: LooseningAcceptance): void {
  if (/\S/.test(acceptedBy) && /\S/.test(statement) && /^\d{4}-\d{2}-\d{2}$/.test(on)) return;
  throw refused('an acceptance needs a name, a date (YYYY-MM-DD) and a statement.');
}

/**
 * One table for all references of a kind: at each rate the highest threshold of any number of pictures, because a fuller
 * reference is also a little more like strangers (0.005 at 1e-3 on lfw-a) and the product does not look how full it is.
 */
function tableFor(kind: ComparisonKind, report: EvaluationReport): ThresholdTable {
  const all = (report.recognition?.comparisons ?? []).filter((figures) => figures.kind === kind);
  const [first] = all;
  if (first === undefined)
    throw refused(`the report ${report.id} has no ${kind} comparisons; more pictures of each person are needed.`);
  const measured = all.map((figures) => tableOf(figures, evaluationOf(figures, report)));
  const base = measured.reduce((widest, table) => (table.points.length > widest.points.length ? table : widest));
  if (base.points.length === 0)
    throw refused(`no ${kind} point of the report ${report.id} is measured; more people are needed.`);
  const points = base.points.map((point) =>
    measured
      .flatMap((table) => table.points.filter(({ fmr }) => fmr === point.fmr))
      .reduce((highest, other) => (other.similarity > highest.similarity ? other : highest), point),
  );
  const others = measured.filter((table) => table !== base).map(({ evaluation }) => evaluation.population);
  const note = [
    base.evaluation.note,
    ...others.map((population) => `At each rate the highest threshold, also of: ${population}.`),
  ];
  return {
    evaluation: {
      ...base.evaluation,
      note: note.filter((part) => part !== undefined).join(' '),
      modelId: report.pack.modelId,
    },
    points: rising(points),
  };
}

/** A stricter rate never has a lower threshold, from whichever references it comes. */
function rising(points: readonly ThresholdPoint[]): ThresholdPoint[] {
  let highest = -1;
  return points.map((point) => {
    highest = Math.max(highest, point.similarity);
    if (highest === point.similarity) return point;
    // Its false non-matches were counted at the lower threshold.
    const { fnmr: _lower, ...raised } = point;
    return { ...raised, similarity: highest };
  });
}

function acceptedInWords({ acceptedBy, on, statement }: LooseningAcceptance): string {
  return `Looser than before, accepted by ${acceptedBy} on ${on}: ${statement}`;
}

function withNote({ evaluation, points }: ThresholdTable, note: string | undefined): ThresholdTable {
  return { evaluation: { ...evaluation, note: [evaluation.note, note].filter(Boolean).join(' ') }, points };
}

function evaluationOf({ kind }: ComparisonFigures, { id, date }: EvaluationReport) {
  return { id: `${id}-${kind}`, date };
}

function refuseDisorder({ evaluation, points }: ThresholdTable): void {
  points.forEach((point, index) => {
    const before = points[index - 1];
    const inOrder = before === undefined || point.fmr < before.fmr;
    if (inOrder && point.similarity < 1 && point.similarity > -1) return;
    throw refused(
      `${evaluation.kind}: the points do not go from lenient to strict, or nobody could reach one of them.`,
    );
  });
}

function loosenedIn(table: ThresholdTable, manifest: ModelManifest): string[] {
  const { kind } = table.evaluation;
  const today = manifest.thresholds.find(({ evaluation }) => evaluation.kind === kind);
  return table.points.flatMap(({ fmr, similarity, interval }) => {
    const before = today?.points.find((point) => point.fmr === fmr)?.similarity;
    const upper = Math.max(similarity, interval?.similarity.high ?? similarity);
    return before === undefined || before <= upper
      ? []
      : [`${kind} at FMR ${fmr}: ${similarity} (95 % up to ${upper}), today ${before}`];
  });
}

function refused(detail: string): MenshenError {
  return new MenshenError('calibration-refused', detail);
}
