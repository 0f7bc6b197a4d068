import { Value } from '#typebox/value';
import { MenshenError } from '../core/index.js';
import {
  type ModelFile,
  type ModelManifest,
  type ModelRole,
  manifestSchema,
  modelRoles,
  schemaFor,
} from './manifest-schema.js';

/** What a terminal at a gate must never find out about a person (obligation D11). */
const forbiddenRole =
  /age|gender|sex|emotion|expression|race|racial|ethnic|nationalit|skin|religio|belief|politic|health|disease|disab|class|attribute|beauty|attractive|mood|bmi/i;

/**
 * Checks what a manifest file says; unknown keys are refused.
 *
 * Errors: `model-pack-invalid` names the place, what is wrong there, and for a forbidden role the reason.
 */
export function checkManifest(value: unknown): ModelManifest {
  refuseRoles(value);
  const complaints = complaintsAbout(value);
  if (complaints.length > 0 || !Value.Check(manifestSchema, value)) {
    throw invalid(`${complaints.slice(0, mostComplaints).join('; ') || 'it does not fit the schema'}. Correct it.`);
  }
  refuseContradictions(value);
  return value;
}

function invalid(detail: string): MenshenError {
  return new MenshenError('model-pack-invalid', `manifest.json: ${detail}`);
}

function refuseRoles(value: unknown): void {
  for (const file of filesIn(value)) {
    const role = entryOf(file, 'role');
    if (modelRoles.some((known) => known === role)) continue;
    const named = typeof role === 'string' ? JSON.stringify(role) : 'that is no text';
    const reason = forbiddenRole.test(named)
      ? 'analysing such attributes of a person is what this product refuses to do'
      : `a pack can declare ${modelRoles.join(', ')} and nothing else`;
    throw invalid(`the role ${named} is refused: ${reason}. Take the file out of the manifest.`);
  }
}

function filesIn(value: unknown): readonly unknown[] {
  const files = entryOf(value, 'files');
  return Array.isArray(files) ? files : [];
}

function entryOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;
}

const mostComplaints = 5;

function complaintsAbout(value: unknown): string[] {
  const general = Value.Errors(manifestSchema, value).filter(({ instancePath }) => !instancePath.startsWith('/files/'));
  const files = filesIn(value).flatMap((file, index) => {
    const role = modelRoles.find((known) => known === entryOf(file, 'role'));
    const errors = role ? Value.Errors(schemaFor(role, entryOf(file, 'decoder')), file) : [];
    return errors.map((error) => ({ ...error, instancePath: `/files/${index}${error.instancePath}` }));
  });
  const unknown = ({ keyword }: { keyword: string }) => keyword === 'boolean';
  return [...general, ...files]
    .filter(({ keyword }) => keyword !== 'additionalProperties')
    .map((error) => `${error.instancePath || '/'} ${unknown(error) ? 'is not a known key' : error.message}`);
}

function refuseContradictions(manifest: ModelManifest): void {
  refuseRoleCounts(manifest);
  for (const file of manifest.files) refuseFile(file, manifest);
  const names = manifest.files.map(({ file }) => file);
  if (new Set(names).size !== names.length) throw invalid('two entries name the same file.');
  const kinds = manifest.thresholds.map(({ evaluation }) => evaluation.kind);
  if (new Set(kinds).size !== kinds.length) throw invalid('thresholds: two tables are of the same kind.');
  for (const { evaluation, points } of manifest.thresholds) refuseDisorder(evaluation.id, points);
  const { bonaFideAtLeast, attackAtMost } = manifest.padThresholds;
  if (attackAtMost >= bonaFideAtLeast) throw invalid('padThresholds: attackAtMost must be below bonaFideAtLeast.');
}

function refuseRoleCounts(manifest: ModelManifest): void {
  for (const role of modelRoles) {
    const count = manifest.files.filter((file) => file.role === role).length;
    if (count === 1 || (count === 0 && mayLack(manifest, role))) continue;
    throw invalid(
      `the role ${role} is declared ${count} times; it needs ${role === 'eye-state' ? 'at most' : 'exactly'} one file` +
        `${role === 'landmarks' ? ' (none only where the detector gives five points)' : ''}.`,
    );
  }
}

function mayLack(manifest: ModelManifest, role: ModelRole): boolean {
  return role === 'eye-state' || (role === 'landmarks' && givesPoints(manifest));
}

/** Whether the detector by itself gives the five points that alignment needs; names are checked against the file later. */
function givesPoints({ files }: ModelManifest): boolean {
  const detector = files.find((file) => file.role === 'detection');
  if (detector?.decoder === 'yunet') return true;
  return detector?.decoder === 'scrfd' && (detector.outputs === 'in-order' || detector.outputs.points !== undefined);
}

function refuseFile(file: ModelFile, { source }: ModelManifest): void {
  const { colour, shape, mean, scale } = file.input;
  const [batch, channels, height = 0, width = 0] = shape;
  const declared = colour === 'grey' ? 1 : 3;
  if (batch !== 1 || channels !== declared) {
    throw invalid(`${file.file}: a ${colour} input has the shape 1 x ${declared} x height x width.`);
  }
  if (colour === 'grey' && (typeof mean !== 'number' || typeof scale !== 'number')) {
    throw invalid(`${file.file}: a grey input has one mean and one scale.`);
  }
  if (source.kind === 'npm' && file.sourcePath === undefined) {
    throw invalid(`${file.file}: say where it is in the npm package (sourcePath).`);
  }
  if (file.role === 'embedding' && (height !== alignedSide || width !== alignedSide || colour === 'grey')) {
    throw invalid(`${file.file}: an embedder takes aligned colour faces of 112 x 112 here, nothing else.`);
  }
  if (file.role === 'eye-state') refuseEyeState(file);
  if (file.role === 'detection') refuseDetector(file);
}

function refuseEyeState({ file, input, settings }: Extract<ModelFile, { role: 'eye-state' }>): void {
  if (input.colour !== 'grey') throw invalid(`${file}: an eye-state model takes grey crops here.`);
  if (settings.closedAtLeast <= settings.openAtMost) {
    throw invalid(`${file}: openAtMost must be below closedAtLeast.`);
  }
}

/** The five-point template is one of 112 x 112 pixels. */
const alignedSide = 112;
const coarsestStride = 32;

function refuseDetector({ file, decoder, input }: Extract<ModelFile, { role: 'detection' }>): void {
  const [, , height = 0, width = 0] = input.shape;
  const strided = decoder === 'yunet' || decoder === 'scrfd';
  if (strided && (height % coarsestStride !== 0 || width % coarsestStride !== 0)) {
    throw invalid(`${file}: height and width of a ${decoder} input are multiples of ${coarsestStride}.`);
  }
}

/** Strictest last, as ThresholdTable promises; a stricter rate never has a lower threshold. */
function refuseDisorder(id: string, points: readonly { fmr: number; similarity: number }[]): void {
  points.forEach((point, index) => {
    const before = points[index - 1];
    if (before && (point.fmr >= before.fmr || point.similarity < before.similarity)) {
      throw invalid(`thresholds ${id}: points must go from lenient to strict, with rising thresholds.`);
    }
  });
}
