import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

export const exitCodes = { failed: 1, usage: 2, cannotCheck: 3 };

/** What is run, and the package that has it. */
const packageOf = new Map([
  ['buildah', 'buildah'],
  ['debootstrap', 'debootstrap'],
  ['unshare', 'util-linux'],
  ['ip', 'iproute2'],
]);

/** Ends the check with a sentence for the person and an exit code. */
export class CheckFailure extends Error {
  /**
   * @param {string} message
   * @param {number} [exitCode]
   */
  constructor(message, exitCode = exitCodes.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** @throws CheckFailure with the remedy when this machine cannot build and run the image */
export function requireMachine() {
  if (process.platform !== 'linux')
    throw new CheckFailure('buildah and debootstrap are for Linux. Run it there.', exitCodes.cannotCheck);
  const missing = [...packageOf].filter(([program]) => !isOnPath(program)).map(([, name]) => name);
  if (missing.length > 0)
    throw new CheckFailure(
      `This machine lacks ${missing.join(' and ')}. Install: apt-get update && apt-get install -y ${missing.join(' ')}`,
      exitCodes.cannotCheck,
    );
  if (process.getuid?.() !== 0)
    throw new CheckFailure(
      'debootstrap and chroot need root. Run: sudo node scripts/docker-check.mjs',
      exitCodes.cannotCheck,
    );
}

/** @param {string} program */
export function isOnPath(program) {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, program)));
}

/**
 * Runs a program with its output shown.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, what?: string }} [options]
 */
export function run(program, args, { env = {}, cwd, what = program } = {}) {
  const { status, signal, error } = spawnSync(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (status !== 0)
    throw new CheckFailure(`${what} failed (${error?.message ?? signal ?? `exit code ${status}`}); see above.`);
}

/**
 * Runs a program for its answer.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, what?: string }} [options]
 * @returns {string} what it wrote, trimmed
 */
export function answerOf(program, args, { env = {}, what = program } = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 ** 2,
  });
  if (status !== 0) throw new CheckFailure(`${what} failed: ${error?.message ?? stderr.trim()}`);
  return stdout.trim();
}

/** @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`);
}
