import path from 'node:path';
import { SetupFailure } from './failure.mjs';
import { readJson } from './files.mjs';

/** @typedef {{ pictures: import('./npm.mjs').Artifact, ffmpeg: Record<string, import('./npm.mjs').Artifact> }} Pinned */

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Pinned>} what is fetched besides the dependencies and the models
 */
export async function pinned(context) {
  const artifacts = await readJson(path.join(context.root, 'scripts', 'setup', 'artifacts.json'));
  if (artifacts === undefined)
    throw new SetupFailure('internal', 'scripts/setup/artifacts.json is absent or damaged. Restore it.');
  return /** @type {Pinned} */ (artifacts);
}
