import { Value } from 'typebox/value';
import { MenshenError } from '../core/index.js';
import { fileSchemas, type ModelManifest, manifestSchema, modelRoles } from './manifest-schema.js';

/** What a terminal at a gate must never find out about a person (obligation D11). */
const forbiddenRole =
  /age|gender|sex|emotion|expression|race|ethnic|religio|health|disease|class|attribute|beauty|mood/i;

/**
 * Checks what a manifest file says; unknown keys are refused.
 *
 * Errors: `model-pack-invalid` names the place, what is wrong there, and for a forbidden role the reason.
 */
export function checkManifest(value: unknown): ModelManifest {
  refuseRoles(value);
  if (!Value.Check(manifestSchema, value)) {
    throw invalid(`${complaintsAbout(value).slice(0, mostComplaints).join('; ')}. Correct the manifest.`);
  }
  refuseContradictions(value);
  return value;
}

function invalid(detail: string): MenshenError {
  return new MenshenError('model-pack-invalid', detail);
}

function refuseRoles(value: unknown): void {
  for (const file of filesIn(value)) {
    const role = roleOf(file);
    if (modelRoles.some((known) => known === role)) continue;
    const reason = forbiddenRole.test(String(role))
      ? 'analysing such attributes of a person is what this product refuses to do'
      : `a pack can declare ${modelRoles.join(', ')} and nothing else`;
    throw invalid(`the role ${JSON.stringify(role)} is refused: ${reason}. Take the file out of the manifest.`);
  }
}

function filesIn(value: unknown): readonly unknown[] {
  const files = typeof value === 'object' && value !== null && 'files' in value ? value.files : undefined;
  return Array.isArray(files) ? files : [];
}

function roleOf(file: unknown): unknown {
  return typeof file === 'object' && file !== null && 'role' in file ? file.role : undefined;
}

const mostComplaints = 5;

function complaintsAbout(value: unknown): string[] {
  const general = Value.Errors(manifestSchema, value).filter(({ instancePath }) => !instancePath.startsWith('/files/'));
  const files = filesIn(value).flatMap((file, index) => {
    const role = modelRoles.find((known) => known === roleOf(file));
    const errors = role ? Value.Errors(fileSchemas[role], file) : [];
    return errors.map((error) => ({ ...error, instancePath: `/files/${index}${error.instancePath}` }));
  });
  const unknown = ({ keyword }: { keyword: string }) => keyword === 'boolean';
  return [...general, ...files]
    .filter(({ keyword }) => keyword !== 'additionalProperties')
    .map((error) => `${error.instancePath || '/'} ${unknown(error) ? 'is not a known key' : error.message}`);
}

function refuseContradictions(manifest: ModelManifest): void {
  for (const role of modelRoles) {
    const count = manifest.files.filter((file) => file.role === role).length;
    if (count !== 1) throw invalid(`the role ${role} is declared ${count} times; each role needs exactly one file.`);
  }
  for (const file of manifest.files) {
    const channels = file.input.colour === 'grey' ? 1 : 3;
    if (file.input.shape[0] !== 1 || file.input.shape[1] !== channels) {
      throw invalid(`${file.file}: a ${file.input.colour} input has the shape 1 x ${channels} x height x width.`);
    }
  }
  for (const { evaluation, points } of manifest.thresholds) refuseDisorder(evaluation.id, points);
  const { bonaFideAtLeast, attackAtMost } = manifest.padThresholds;
  if (attackAtMost >= bonaFideAtLeast) throw invalid('padThresholds: attackAtMost must be below bonaFideAtLeast.');
}

/** Strictest last, as ThresholdTable promises; a stricter rate never has a lower threshold. */
function refuseDisorder(id: string, points: readonly { fmr: number; cosineSimilarity: number }[]): void {
  points.forEach((point, index) => {
    const before = points[index - 1];
    if (before && (point.fmr >= before.fmr || point.cosineSimilarity < before.cosineSimilarity)) {
      throw invalid(`thresholds ${id}: points must go from lenient to strict, with rising thresholds.`);
    }
  });
}
