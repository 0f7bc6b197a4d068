import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MenshenError } from '../core/index.js';
import { runGuarded } from './child-process.js';

export interface FoundFfmpeg {
  readonly path: string;
  /** `minor` is 0 for builds that are numbered by commit. */
  readonly version: { readonly major: number; readonly minor: number };
}

const versionTimeoutMs = 10_000;
/** Every ffmpeg N.x carries libavformat (N + 54), commit builds included: 4 has 58, 7 has 61. */
const libavformatOffset = 54;
const projectCopy = fileURLToPath(new URL('../../var/tools/ffmpeg', import.meta.url));

/**
 * The ffmpeg to use: the configured one, else the system's, else the copy that set-up put under var/tools.
 *
 * @param configuredPath absolute; when given nothing else is tried
 * @throws MenshenError camera-unavailable, with the remedy, when there is none that runs
 */
export async function findFfmpeg(configuredPath?: string): Promise<FoundFfmpeg> {
  if (configuredPath !== undefined) {
    const found = await ffmpegAt(configuredPath);
    if (found) return found;
    throw new MenshenError(
      'camera-unavailable',
      `The configured ffmpeg "${configuredPath}" does not run. Correct the path, or leave the setting out to use the system's.`,
    );
  }
  for (const candidate of [findOnPath('ffmpeg'), projectCopy]) {
    const found = candidate === undefined ? undefined : await ffmpegAt(candidate);
    if (found) return found;
  }
  throw new MenshenError(
    'camera-unavailable',
    'The program ffmpeg is missing. Install it with "apt install ffmpeg", or run "npm run setup".',
  );
}

/** The absolute path of a program on the PATH, or undefined. `name` is a bare file name. */
export function findOnPath(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, name))
    .find(isProgram);
}

async function ffmpegAt(path: string): Promise<FoundFfmpeg | undefined> {
  if (!isProgram(path)) return undefined;
  const { exitCode, stdout } = await runGuarded(path, ['-version'], { timeoutMs: versionTimeoutMs });
  const library = /^libavformat\s+(\d+)\./m.exec(stdout);
  if (exitCode !== 0 || !library) return undefined;
  const named = /^ffmpeg version n?(\d+)\.(\d+)/.exec(stdout);
  return { path, version: { major: Number(library[1]) - libavformatOffset, minor: named ? Number(named[2]) : 0 } };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there or not ours to run is the answer, not a fault.
    return false;
  }
}
