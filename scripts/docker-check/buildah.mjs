import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { answerOf, run, say } from './tools.mjs';

// Needs no engine, and no user or network namespaces that a build machine may refuse.
const environment = { BUILDAH_ISOLATION: 'chroot' };

/**
 * Runs buildah on a storage of its own, so that deleting the folder leaves nothing behind.
 *
 * @param {string} folder
 * @param {string[]} args
 */
export function buildah(folder, args) {
  run('buildah', [...storage(folder), ...args], { env: environment, what: `buildah ${args[0]}` });
}

/**
 * @param {string} folder
 * @param {string[]} args
 * @returns {string}
 */
export function buildahAnswer(folder, args) {
  return answerOf('buildah', [...storage(folder), ...args], { env: environment, what: `buildah ${args[0]}` });
}

/**
 * For a `finally`: says so when it fails, and leaves the failure that led there in sight.
 *
 * @param {string} folder
 * @param {string} container
 */
export function removeContainer(folder, container) {
  const { status, stderr } = spawnSync('buildah', [...storage(folder), 'rm', container], { encoding: 'utf8' });
  if (status !== 0) say(`the working container ${container} stays in ${folder}: ${stderr.trim()}`);
}

/** @param {string} folder */
function storage(folder) {
  const places = ['--root', path.join(folder, 'storage'), '--runroot', path.join(folder, 'run')];
  chosenDriver ??= process.env.STORAGE_DRIVER ?? (overlayWorks(places) ? 'overlay' : 'vfs');
  return [...places, '--storage-driver', chosenDriver];
}

/** @type {string | undefined} */
let chosenDriver;

/**
 * Overlays share what layers have in common. Where the kernel or an outer container refuses them, `vfs` copies instead:
 * it needs nothing, and several times the space.
 *
 * @param {string[]} places
 */
function overlayWorks(places) {
  const tried = spawnSync('buildah', [...places, '--storage-driver', 'overlay', 'images'], { stdio: 'ignore' });
  return tried.status === 0;
}
