import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What a step may ask the machine; tests give their own.
 *
 * @typedef {object} Probe
 * @property {string} platform like `linux`
 * @property {string} arch like `x64`
 * @property {'glibc' | 'musl' | 'none'} libc
 * @property {(folder: string) => Promise<number>} freeBytes
 */

/**
 * @typedef {object} Context
 * @property {string} root the project's folder
 * @property {NodeJS.ProcessEnv} env
 * @property {Probe} probe
 * @property {import('./progress.mjs').Progress} progress
 * @property {boolean} retryWarned whether optional parts that failed before are tried again
 * @property {import('./child.mjs').Children} children
 */

/**
 * @typedef {object} Verdict
 * @property {boolean} ready
 * @property {string} detail what is there, or what is missing
 */

/**
 * One thing that set-up brings about. `check` never writes, so that a finished folder may be read-only.
 *
 * @typedef {object} Step
 * @property {string} title
 * @property {number} needsBytes free disk that `run` may take
 * @property {(context: Context) => Promise<Verdict>} check
 * @property {(context: Context) => Promise<string>} run returns what was done
 * @property {boolean} [beside] takes long and gives the other steps nothing: begun after the first step, it ends as the last
 */

/** The project's folder: two levels above this file. */
export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** @returns {Probe} */
export function machineProbe() {
  return {
    platform: process.platform,
    arch: process.arch,
    libc: libcOf(),
    freeBytes: async (folder) => {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },
  };
}

/**
 * Where set-up keeps its lock, its stamps and what is being downloaded; git-ignored.
 *
 * @param {string} root
 */
export function stateFolder(root) {
  return path.join(root, 'var', 'setup');
}

/**
 * @param {Pick<Context, "env" | "probe">} context
 * @param {string} program
 * @returns {string | undefined} the program's file on the PATH
 */
export function onPath(context, program) {
  const names = context.probe.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
  const folders = (context.env.PATH ?? context.env.Path ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => names.map((name) => path.join(folder, name))).find((file) => existsSync(file));
}

/** @returns {Probe['libc']} */
function libcOf() {
  if (process.platform !== 'linux') return 'none';
  return existsSync('/etc/alpine-release') || !('glibcVersionRuntime' in reportHeader()) ? 'musl' : 'glibc';
}

/** @returns {object} */
function reportHeader() {
  const report = /** @type {{ header?: object } | undefined} */ (process.report?.getReport());
  return report?.header ?? {};
}
