import { strFromU8, unzipSync, zipSync } from 'fflate';
import { MenshenError } from '../core/index.js';

export interface PackageFile {
  /** A plain name without folders. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The earliest time a zip can state: the same files give the same bytes, whenever and wherever. */
const fixedTime = new Date(1980, 0, 1);

/** One zip of small files, in their order. */
export function zipped(files: readonly PackageFile[]): Uint8Array {
  return zipSync(Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])), { level: 6, mtime: fixedTime });
}

/** @throws MenshenError `internal` when a name would lead out of a folder. */
export function unzipped(zip: Uint8Array): PackageFile[] {
  return Object.entries(unzipSync(zip)).map(([name, bytes]) => {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw new MenshenError('internal', `the package holds ${name}`);
    return { name, bytes };
  });
}

export const textOf = (bytes: Uint8Array): string => strFromU8(bytes);
