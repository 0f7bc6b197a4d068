import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SoftwareFile {
  readonly path: string;
  readonly sha256: string;
}

/** What runs: below the project's folder, by their own paths. */
const folders = ['dist', 'config', 'native/build'];
const single = ['package.json', 'package-lock.json'];

/**
 * SHA-256 of every program, text and table file, in order of their paths. What is not there is left out.
 *
 * @throws whatever keeps a file that is there from being read: an inventory with gaps would be worth nothing
 */
export async function softwareFiles(projectFolder: string): Promise<SoftwareFile[]> {
  const below = await Promise.all(folders.map((folder) => filesBelow(projectFolder, folder)));
  const paths = [...single, ...below.flat()].sort();
  const files: SoftwareFile[] = [];
  for (const path of paths) {
    const bytes = await readFile(join(projectFolder, path)).catch(absentIsNothing);
    if (bytes !== undefined) files.push({ path, sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  return files;
}

async function filesBelow(projectFolder: string, folder: string): Promise<string[]> {
  const names = await readdir(join(projectFolder, folder), { recursive: true }).catch(absentIsNothing);
  return (names ?? []).filter((name) => /\.(js|json|node|yaml)$/.test(name)).map((name) => `${folder}/${name}`);
}

function absentIsNothing(cause: unknown): undefined {
  if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
}
