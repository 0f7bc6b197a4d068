import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { asMenshenError, MenshenError, packReportsFolder } from '../core/index.js';
import {
  loadModelPack,
  type ModelManifest,
  manifestText,
  openModels,
  readChecked,
  readImpostorModel,
  readManifest,
} from '../inference/index.js';
import { checkPack, problemOf } from './check.js';
import { recordGolden } from './golden.js';

/** Where packs are: the one that set-up fetches, and those that the site added. */
export interface PackFolders {
  readonly builtIn: string;
  /** Absent without a site: nothing can be added then. */
  readonly added?: string;
}

export interface ListedPack {
  /** What `models use` takes: `id@version`, or the folder's name where the manifest cannot be read. */
  readonly name: string;
  readonly directory: string;
  readonly manifest?: ModelManifest;
  /** Why the manifest cannot be used. */
  readonly problem?: string;
}

/** The built-in pack first, then the site's own by name. */
export async function listPacks({ builtIn, added }: PackFolders): Promise<readonly ListedPack[]> {
  const entries = added === undefined || !existsSync(added) ? [] : await readdir(added, { withFileTypes: true });
  // A name with a dot in front is an addition that was cut.
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  const directories = [builtIn, ...folders.sort().map((name) => join(added ?? '', name))];
  return Promise.all(directories.map(listed));
}

/**
 * A pack by its id, its id and version, `default`, or the path of its folder.
 *
 * Error: `not-found` with what there is.
 */
export async function findPack(wanted: string, folders: PackFolders): Promise<string> {
  if (wanted === 'default') return folders.builtIn;
  const packs = await listPacks(folders);
  const hits = packs.filter(({ name }) => name === wanted || name.startsWith(`${wanted}@`));
  const [hit, other] = hits;
  if (hit !== undefined && other === undefined) return hit.directory;
  if (hit === undefined && existsSync(join(wanted, 'manifest.json'))) return resolve(wanted);
  const there = (hit === undefined ? packs : hits).map(({ name }) => name).join(', ');
  throw new MenshenError(
    'not-found',
    hit === undefined
      ? `There is no pack ${wanted}. There are: ${there}.`
      : `${wanted} can mean ${there}. Say which version.`,
  );
}

/**
 * Copies a pack among the site's own after everything a start checks was checked on the copy; what the manifest lacks of
 * golden values is recorded. Either all of it is there in the end or nothing.
 *
 * @returns the new folder. Errors: `model-pack-invalid`, `model-pack-altered`, `model-drift`, `conflict` (it is there
 * already).
 */
export async function addPack(from: string, added: string, recordedWith: string): Promise<string> {
  const manifest = await readManifest(from);
  const target = join(added, nameOf(manifest));
  if (existsSync(target)) throw isThere(target);
  const temporary = join(added, `.adding-${randomUUID()}`);
  try {
    await mkdir(temporary, { recursive: true, mode: 0o700 });
    for (const file of manifest.files) {
      await writeFile(join(temporary, file.file), await readChecked(from, file), privately);
    }
    const { impostorModel } = manifest;
    if (impostorModel !== undefined) {
      const { bytes } = await readImpostorModel(from, impostorModel);
      await writeFile(join(temporary, impostorModel.file), bytes, privately);
    }
    await writeFile(join(temporary, 'manifest.json'), await manifestText(from), privately);
    await copyReports(from, temporary);
    if (manifest.golden === undefined) await recordPack(temporary, recordedWith);
    const problem = problemOf(await checkPack(temporary));
    if (problem !== undefined) throw new MenshenError('model-pack-invalid', problem);
    await rename(temporary, target);
    return target;
  } catch (thrown) {
    throw isTaken(thrown) ? isThere(target) : unwritable(thrown, added);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The reports that the thresholds came from go along, for inspectors; many packs have none. */
async function copyReports(from: string, to: string): Promise<void> {
  const source = join(from, packReportsFolder);
  if (!existsSync(source)) return;
  await mkdir(join(to, packReportsFolder), { mode: 0o700 });
  for (const name of (await readdir(source)).filter((name) => /^[\w.-]+\.json$/.test(name)))
    await writeFile(join(to, packReportsFolder, name), await readFile(join(source, name)), privately);
}

/** Writes the golden values of this machine into the pack's manifest. Do it only with a pack that is known to be good. */
export async function recordPack(directory: string, recordedWith: string): Promise<void> {
  const models = await openModels(await loadModelPack(directory));
  try {
    const golden = await recordGolden(models, recordedWith);
    const manifest = { ...models.pack.manifest, golden };
    const path = join(directory, 'manifest.json');
    const temporary = `${path}.${randomUUID()}`;
    await writeFile(temporary, `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o644 });
    await rename(temporary, path);
  } finally {
    await models.close();
  }
}

const privately = { mode: 0o600 };

async function listed(directory: string): Promise<ListedPack> {
  try {
    const manifest = await readManifest(directory);
    return { name: nameOf(manifest), directory, manifest };
  } catch (thrown) {
    return { name: directory.split('/').at(-1) ?? directory, directory, problem: asMenshenError(thrown).detail };
  }
}

const nameOf = ({ id, version }: ModelManifest): string => `${id}@${version}`;

function isThere(target: string): MenshenError {
  return new MenshenError(
    'conflict',
    `${target} is there already and is left as it is. Give the new pack another version, or remove that folder first.`,
  );
}

const isTaken = (thrown: unknown): boolean => codeOf(thrown) === 'ENOTEMPTY' || codeOf(thrown) === 'EEXIST';

function unwritable(thrown: unknown, added: string): unknown {
  if (thrown instanceof MenshenError || codeOf(thrown) === undefined) return thrown;
  return new MenshenError('setup-failed', `${added} cannot be written to (${codeOf(thrown)}).`, { cause: thrown });
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}
