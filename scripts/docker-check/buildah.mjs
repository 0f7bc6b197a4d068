import path from 'node:path';
import { answerOf, run } from './tools.mjs';

// Needs neither an engine nor kernel features that a build machine may lack, at the price of whole copies for layers.
const environment = { BUILDAH_ISOLATION: 'chroot', STORAGE_DRIVER: 'vfs' };

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
  return answerOf('buildah', [...storage(folder), ...args], { env: environment });
}

/** @param {string} folder */
function storage(folder) {
  return ['--root', path.join(folder, 'storage'), '--runroot', path.join(folder, 'run')];
}
