import { asMenshenError } from '../core/index.js';
import {
  embeddingModelIdOf,
  type ModelFile,
  type ModelManifest,
  openModels,
  readChecked,
  readImpostorModel,
  readManifest,
} from '../inference/index.js';
import { driftError, goldenDrifts, overTolerance } from './golden.js';

/** One model of a pack, tried out. */
export interface ModelCheck {
  readonly role: ModelFile['role'];
  readonly file: string;
  readonly licence: string;
  /** What is wrong, for a person; absent when nothing is. */
  readonly problem?: string;
  /** The farthest tensor from its golden value, over the tolerance: below 1 is fine. Absent where none was compared. */
  readonly drift?: number;
}

export interface PackCheck {
  readonly directory: string;
  /** What is wrong with the impostor model, where the pack has one. */
  readonly impostorModelProblem?: string;
  readonly manifest: ModelManifest;
  readonly modelId: string;
  readonly models: readonly ModelCheck[];
}

/**
 * Does to every model what a start does: hash, operators, shapes, golden values; all of them, also after one has failed.
 *
 * Error: `model-pack-invalid` when the manifest itself cannot be used. Computes on the calling thread.
 */
export async function checkPack(directory: string): Promise<PackCheck> {
  const manifest = await readManifest(directory);
  const models: ModelCheck[] = [];
  for (const file of manifest.files) models.push(await checkModel(directory, manifest, file));
  const impostorModelProblem = await impostorProblem(directory, manifest);
  const checked = { directory, manifest, modelId: embeddingModelIdOf(manifest), models };
  return impostorModelProblem === undefined ? checked : { ...checked, impostorModelProblem };
}

/** The first thing that is wrong. */
export function problemOf({ models, impostorModelProblem }: PackCheck): string | undefined {
  return models.find(({ problem }) => problem !== undefined)?.problem ?? impostorModelProblem;
}

async function impostorProblem(directory: string, { impostorModel }: ModelManifest): Promise<string | undefined> {
  if (impostorModel === undefined) return undefined;
  try {
    await readImpostorModel(directory, impostorModel);
    return undefined;
  } catch (thrown) {
    return asMenshenError(thrown).detail;
  }
}

async function checkModel(directory: string, manifest: ModelManifest, file: ModelFile): Promise<ModelCheck> {
  const { role, licence } = file;
  const named = { role, file: file.file, licence };
  try {
    const bytes = new Map([[role, await readChecked(directory, file)]]);
    // A pack of this model alone, so that one that fails hides no other.
    const alone = {
      directory,
      manifest: { ...manifest, files: [file] },
      manifestHash: '',
      bytes,
      embeddingModelId: '',
    };
    const models = await openModels(alone);
    try {
      const [worst] = await goldenDrifts(models);
      if (worst === undefined) return named;
      const drift = overTolerance(worst);
      return drift <= 1 ? { ...named, drift } : { ...named, drift, problem: driftError(worst).detail };
    } finally {
      await models.close();
    }
  } catch (thrown) {
    return { ...named, problem: asMenshenError(thrown).detail };
  }
}
