import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type ImpostorModel, MenshenError } from '../core/index.js';
import { unpackImpostorModel } from './impostor-model.js';
import { checkManifest } from './manifest.js';
import type { ModelFile, ModelManifest, ModelRole } from './manifest-schema.js';
import { onnxFactsOf } from './onnx/facts.js';

/** A model pack whose files are what its manifest says. */
export interface ModelPack {
  readonly directory: string;
  readonly manifest: ModelManifest;
  /** SHA-256 of `manifest.json`, which names the files' own: whatever changes in the pack changes it. */
  readonly manifestHash: string;
  /** The very bytes that were checked: a file changed on disk afterwards is never loaded. */
  readonly bytes: ReadonlyMap<ModelRole, Uint8Array>;
  /** How similarities are normalised; absent: they are plain cosines. */
  readonly impostorModel?: ImpostorModel;
  /** Written into every template, so that vectors of different models are never compared. */
  readonly embeddingModelId: string;
}

/** No face model of this product's kind comes near; more is a mistake or meant to exhaust the memory. */
export const largestFileBytes = 512 * 1024 * 1024;
const largestManifestBytes = 4 * 1024 * 1024;

/**
 * Reads `manifest.json` in `directory` and every file it declares.
 *
 * Errors: `model-pack-invalid` (manifest unreadable, not valid, or a file missing, too large, no ONNX, with operators
 * outside the standard or data outside the file), `model-pack-altered` (a file's SHA-256 is not the declared one).
 */
export async function loadModelPack(directory: string): Promise<ModelPack> {
  const text = await manifestText(directory);
  const manifest = checkManifest(parsed(text, directory));
  const bytes = new Map<ModelRole, Uint8Array>();
  for (const file of manifest.files) bytes.set(file.role, await readChecked(directory, file));
  const pack = {
    directory,
    manifest,
    manifestHash: sha256Of(text),
    bytes,
    embeddingModelId: embeddingModelIdOf(manifest),
  };
  return manifest.impostorModel === undefined
    ? pack
    : { ...pack, impostorModel: (await readImpostorModel(directory, manifest.impostorModel)).model };
}

/** Reads and checks `manifest.json` alone; set-up uses it before the files are there. Error: `model-pack-invalid`. */
export async function readManifest(directory: string): Promise<ModelManifest> {
  return checkManifest(parsed(await manifestText(directory), directory));
}

/** `manifest.json` as it stands. Error: `model-pack-invalid`. */
export async function manifestText(directory: string): Promise<string> {
  const remedy = 'run `npm run setup`, or correct the path of the model pack';
  const bytes = await readUpTo(join(directory, 'manifest.json'), largestManifestBytes, remedy);
  return Buffer.from(bytes).toString('utf8');
}

/**
 * What templates made with this pack's embedder are marked with: `<pack id>@<12 hexadecimal digits>`, a hash over the
 * file and how it is fed. Vectors made in two ways are never compared, even by one model.
 */
export function embeddingModelIdOf(manifest: ModelManifest): string {
  const embedding = manifest.files.find((file) => file.role === 'embedding');
  if (embedding === undefined) return `${manifest.id}@none`;
  const { sha256, input, settings } = embedding;
  return `${manifest.id}@${sha256Of(JSON.stringify([sha256, input, settings.mirror])).slice(0, 12)}`;
}

/** One declared model file, checked. Errors: as `loadModelPack`. */
export async function readChecked(directory: string, declared: DeclaredFile): Promise<Uint8Array> {
  const bytes = await readUnaltered(directory, declared);
  refuseForeignParts(bytes, declared.file);
  return bytes;
}

type DeclaredFile = Pick<ModelFile, 'file' | 'sha256'>;

/** The declared impostor model, checked, and the file as it stands. Errors: as `loadModelPack`. */
export async function readImpostorModel(
  directory: string,
  declared: DeclaredFile,
): Promise<{ readonly model: ImpostorModel; readonly bytes: Uint8Array }> {
  const bytes = await readUnaltered(directory, declared);
  const value = await orInvalid(
    async (): Promise<unknown> => JSON.parse(Buffer.from(bytes).toString('utf8')),
    `${declared.file} is not JSON.`,
  );
  return { model: unpackImpostorModel(value), bytes };
}

async function readUnaltered(directory: string, { file, sha256 }: DeclaredFile): Promise<Uint8Array> {
  const path = join(directory, file);
  const bytes = await readUpTo(path, largestFileBytes, 'run `npm run setup`, or put the file beside the manifest');
  if (sha256Of(bytes) !== sha256) {
    throw new MenshenError(
      'model-pack-altered',
      `${path} is not the file that the manifest names (SHA-256 differs). Put the right one there ` +
        '(of the built-in pack: delete it and run `npm run setup`); if it differs again, do not use it.',
    );
  }
  return bytes;
}

/** Names of the standard's own operators; anything else needs code that no terminal has, or is bound to one processor. */
const standardDomains: ReadonlySet<string> = new Set(['', 'ai.onnx']);

function refuseForeignParts(bytes: Uint8Array, file: string): void {
  const { operators, externalFiles } = named(file, () => onnxFactsOf(bytes));
  if (externalFiles.length > 0) {
    throw invalid(`${file} keeps tensors in another file (external data). Save the model as one file.`);
  }
  for (const [domain, names] of operators) {
    if (standardDomains.has(domain)) continue;
    throw invalid(
      `${file} uses operators of the domain ${JSON.stringify(domain)} (${[...names].slice(0, 3).join(', ')}). ` +
        'Only the ONNX standard’s own operators are run; export the model without them.',
    );
  }
}

function named<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw thrown instanceof MenshenError ? invalid(`${file}: ${thrown.detail}`) : thrown;
  }
}

/** A pipe put in a file’s place would keep a plain open waiting for ever. */
const readWithoutWaiting = constants.O_RDONLY | constants.O_NONBLOCK;

async function readUpTo(path: string, limitBytes: number, remedy: string): Promise<Uint8Array> {
  const handle = await orInvalid(() => open(path, readWithoutWaiting), `${path} is missing or unreadable; ${remedy}.`);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw invalid(`${path} is no file; ${remedy}.`);
    if (stats.size > limitBytes) {
      throw invalid(`${path} has ${stats.size} bytes; at most ${limitBytes} are read. Bring a smaller one.`);
    }
    return await orInvalid(() => handle.readFile(), `${path} is missing or unreadable; ${remedy}.`);
  } finally {
    await handle.close();
  }
}

function sha256Of(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

function parsed(text: string, directory: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MenshenError('model-pack-invalid', `${join(directory, 'manifest.json')} is not JSON.`, { cause });
  }
}

async function orInvalid<T>(read: () => Promise<T>, detail: string): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new MenshenError('model-pack-invalid', detail, { cause });
  }
}

function invalid(detail: string): MenshenError {
  return new MenshenError('model-pack-invalid', detail);
}
