import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Resident memory of this process in bytes. */
export const residentBytes = (): number => process.memoryUsage.rss();

/** The project's root folder (that of package.json). */
export const projectFolder = fileURLToPath(new URL('../../', import.meta.url));

/** The version in package.json. */
export function productVersion(): string {
  const { version } = JSON.parse(readFileSync(`${projectFolder}package.json`, 'utf8')) as { version: string };
  return version;
}

/** Which permissions files that this process makes do not get. */
export const processUmask = (): number => process.umask();

/** Where systemd put this unit's credentials, if it did. */
export const credentialsDirectory = (): string | undefined => process.env.CREDENTIALS_DIRECTORY;

/** Runs `make` so that what it creates can be opened by this user alone. */
export async function withPrivateFiles<T>(make: () => Promise<T>): Promise<T> {
  const before = process.umask(0o177);
  try {
    return await make();
  } finally {
    process.umask(before);
  }
}

/** What the program runs on: Node, system, processor, and the libraries inside Node. */
export const runtimeFacts = () => ({
  node: process.version,
  system: `${process.platform}-${process.arch}`,
  libraries: { ...process.versions },
});
