import path from 'node:path';
import { SetupFailure } from './failure.mjs';
import { readJson } from './files.mjs';

/** @typedef {import('./npm.mjs').Artifact & { unpacked: { to: string, sha256: string }[] }} PackedArtifact */

/**
 * @typedef {object} Pinned
 * @property {import('./npm.mjs').Artifact} pictures
 * @property {Record<string, import('./npm.mjs').Artifact>} ffmpeg by platform and processor
 * @property {Record<string, PackedArtifact>} chromium by platform and processor
 */

/**
 * @param {{ root: string }} context
 * @returns {Promise<Pinned>} what is fetched besides the dependencies and the models
 */
export async function pinned(context) {
  const artifacts = await readJson(path.join(context.root, 'scripts', 'setup', 'artifacts.json'));
  if (artifacts === undefined)
    throw new SetupFailure('internal', 'scripts/setup/artifacts.json is absent or damaged. Restore it.');
  return /** @type {Pinned} */ (artifacts);
}
