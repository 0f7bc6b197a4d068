import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ImpostorModel, MenshenError } from '../core/index.js';
import { unpackImpostorModel } from './impostor-model.js';
import { checkManifest } from './manifest.js';
import type { ModelFile, ModelManifest, ModelRole } from './manifest-schema.js';

/** A model pack whose files are what its manifest says. */
export interface ModelPack {
  readonly directory: string;
  readonly manifest: ModelManifest;
  /** The very bytes that were checked: a file changed on disk afterwards is never loaded. */
  readonly bytes: ReadonlyMap<ModelRole, Uint8Array>;
  /** How similarities are normalised; absent: they are plain cosines. */
  readonly impostorModel?: ImpostorModel;
  /** Written into every template, so that vectors of different models are never compared. */
  readonly embeddingModelId: string;
}

/**
 * Reads `manifest.json` in `directory` and every file it declares.
 *
 * Errors: `model-pack-invalid` (manifest unreadable, not valid, or a file is missing), `model-pack-altered` (a file's
 * SHA-256 is not the declared one).
 */
export async function loadModelPack(directory: string): Promise<ModelPack> {
  const manifest = await readManifest(directory);
  const bytes = new Map<ModelRole, Uint8Array>();
  for (const file of manifest.files) bytes.set(file.role, await readChecked(directory, file));
  const pack = { directory, manifest, bytes, embeddingModelId: embeddingModelIdOf(manifest) };
  if (manifest.impostorModel === undefined) return pack;
  const text = await readChecked(directory, manifest.impostorModel);
  const { file } = manifest.impostorModel;
  const value = await orInvalid(
    async (): Promise<unknown> => JSON.parse(Buffer.from(text).toString()),
    `${file} is not JSON.`,
  );
  return { ...pack, impostorModel: unpackImpostorModel(value) };
}

/** Reads and checks `manifest.json` alone; set-up uses it before the files are there. Error: `model-pack-invalid`. */
export async function readManifest(directory: string): Promise<ModelManifest> {
  const path = join(directory, 'manifest.json');
  const text = await orInvalid(
    () => readFile(path, 'utf8'),
    `${path} cannot be read; run \`npm run setup\`, or correct the path of the model pack.`,
  );
  const value = await orInvalid(async (): Promise<unknown> => JSON.parse(text), `${path} is not JSON.`);
  return checkManifest(value);
}

async function readChecked(
  directory: string,
  { file, sha256 }: Pick<ModelFile, 'file' | 'sha256'>,
): Promise<Uint8Array> {
  const path = join(directory, file);
  const bytes = await orInvalid(() => readFile(path), `${path} is missing or unreadable; run \`npm run setup\`.`);
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new MenshenError(
      'model-pack-altered',
      `${path} is not the file that the manifest names (SHA-256 differs). Delete it and run \`npm run setup\`; ` +
        'if it differs again, do not use it.',
    );
  }
  return bytes;
}

/** What every template of this pack's embedding model carries. */
export function embeddingModelIdOf(manifest: ModelManifest): string {
  const embedding = manifest.files.find((file) => file.role === 'embedding');
  return `${manifest.id}@${embedding?.sha256.slice(0, 12) ?? 'none'}`;
}

async function orInvalid<T>(read: () => Promise<T>, detail: string): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new MenshenError('model-pack-invalid', detail, { cause });
  }
}
