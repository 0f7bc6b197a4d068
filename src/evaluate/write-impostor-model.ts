import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MenshenError } from '../core/index.js';
import { checkManifest, embeddingModelIdOf } from '../inference/index.js';
import { replaceFile } from './replace-file.js';
import type { EvaluationReport } from './report/schema.js';

export const impostorModelFile = 'impostor-model.json';

/**
 * Puts the impostor model that an evaluation took from its embeddings into a pack. Similarities are then other numbers,
 * so the pack's thresholds go: evaluate again and calibrate.
 *
 * Errors: `calibration-refused` when the report has none or is about another embedding model, `model-pack-invalid`.
 */
export async function writeImpostorModel(packFolder: string, report: EvaluationReport): Promise<void> {
  const model = report.recognition?.impostorModel;
  if (model === undefined) {
    throw refused(`the report ${report.id} has no impostor model: one needs faces of at least 500 people.`);
  }
  const manifestPath = join(packFolder, 'manifest.json');
  const manifest = checkManifest(JSON.parse(await readFile(manifestPath, 'utf8')));
  const modelId = embeddingModelIdOf(manifest);
  if (modelId !== report.pack.modelId) {
    throw refused(
      `the report ${report.id} is about the model ${report.pack.modelId}, the pack embeds with ${modelId}.`,
    );
  }
  const text = `${JSON.stringify(model, undefined, 2)}\n`;
  const sha256 = createHash('sha256').update(text).digest('hex');
  const { thresholds: _stale, ...kept } = manifest;
  const changed = { ...kept, impostorModel: { file: impostorModelFile, sha256 }, thresholds: [] };
  checkManifest(changed);
  await replaceFile(join(packFolder, impostorModelFile), text);
  await replaceFile(manifestPath, `${JSON.stringify(changed, undefined, 2)}\n`);
}

function refused(detail: string): MenshenError {
  return new MenshenError('calibration-refused', detail);
}
