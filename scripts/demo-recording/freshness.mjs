import path from 'node:path';
import { filesBelow, fingerprint, hashOfFiles, readJson, writeJson } from '../setup/files.mjs';

/** What lies in var/demo afterwards. */
export const outputs = {
  recording: 'recording.mp4',
  scenes: 'scenes.json',
  stills: 'stills',
  stamp: 'recording-stamp.json',
};

/**
 * What the recording is made by and from, as one hash.
 *
 * @param {string} root the project's folder
 * @param {string} codec
 */
export async function recipeOf(root, codec) {
  const parts = await filesBelow(root, path.join('scripts', 'demo-recording'));
  const pictures = await filesBelow(root, path.join('var', 'demo', 'pictures'));
  return `${codec}:${await hashOfFiles(root, [path.join('scripts', 'demo-recording.mjs'), ...parts, ...pictures])}`;
}

/**
 * @param {string} folder var/demo
 * @param {string} recipe
 * @returns {Promise<boolean>} whether all that this recipe makes is there, untouched
 */
export async function readFresh(folder, recipe) {
  const stamp = /** @type {{ recipe?: string, files?: Record<string, string> } | undefined} */ (
    await readJson(path.join(folder, outputs.stamp))
  );
  return stamp?.recipe === recipe && JSON.stringify(stamp.files) === JSON.stringify(await filesOf(folder));
}

/**
 * @param {string} folder var/demo
 * @param {string} recipe
 */
export async function writeStamp(folder, recipe) {
  await writeJson(path.join(folder, outputs.stamp), { recipe, files: await filesOf(folder) });
}

/** @param {string} folder */
async function filesOf(folder) {
  const stills = await filesBelow(folder, outputs.stills);
  const files = [outputs.recording, outputs.scenes, ...stills];
  const pairs = files.map(async (file) => [file, (await fingerprint(path.join(folder, file))) ?? 'absent']);
  return Object.fromEntries(await Promise.all(pairs));
}
