import { stat } from 'node:fs/promises';
import path from 'node:path';
import { stateFolder } from './context.mjs';
import { asFailure, SetupFailure } from './failure.mjs';
import { fingerprint, hashOfFile, readJson, writeJson } from './files.mjs';
import { fetchFiles } from './npm.mjs';
import { sizeText } from './progress.mjs';

/**
 * Whether every pinned file is there and intact. A full hash is taken only of a file that was written since the last
 * look; the models' own loader checks the hashes again each time the service starts.
 *
 * @param {{ root: string }} context
 * @param {string} name of the stamp
 * @param {{ to: string, sha256: string }[]} files
 * @param {string} folder absolute
 * @returns {Promise<string[]>} the names of files that are absent or altered
 */
export async function missingFiles(context, name, files, folder) {
  /** @type {Record<string, string>} */
  const seen = (await readJson(stampFile(context, name))) ?? {};
  const missing = [];
  for (const file of files) {
    const target = path.join(folder, file.to);
    const print = await fingerprint(target);
    const intact =
      print !== undefined &&
      (seen[file.to] === `${print}:${file.sha256}` || (await hashOfFile(target)) === file.sha256);
    if (!intact) missing.push(file.to);
  }
  return missing;
}

/**
 * Fetches what is missing and notes what was found, the note last.
 *
 * @param {import('./context.mjs').Context} context
 * @param {string} name
 * @param {import('./npm.mjs').Artifact} artifact
 * @param {string} folder
 * @param {string} what for messages
 * @returns {Promise<string>} the size of all the files, as text
 */
export async function ensureFiles(context, name, artifact, folder, what) {
  const missing = await missingFiles(context, name, artifact.files, folder);
  if (missing.length > 0) {
    context.progress.working(`fetching ${artifact.package}@${artifact.version} (${missing.join(', ')})`);
    const files = artifact.files.filter((file) => missing.includes(file.to));
    const altered = await presentOf(missing, folder);
    for (const name of altered) context.progress.say(`${name} is not the pinned file and is replaced`);
    await fetchFiles(context, { ...artifact, files }, folder, what).catch((error) => {
      throw altered.length > 0 ? alteredFailure(altered, folder, asFailure(error)) : error;
    });
  }
  await noteFiles(context, name, artifact.files, folder);
  const found = await Promise.all(artifact.files.map((file) => stat(path.join(folder, file.to))));
  return sizeText(found.reduce((sum, { size }) => sum + size, 0));
}

/**
 * Notes files that were found intact, so that they are not hashed again before they are written again.
 *
 * @param {{ root: string }} context
 * @param {string} name of the stamp
 * @param {{ to: string, sha256: string }[]} files
 * @param {string} folder
 */
export async function noteFiles(context, name, files, folder) {
  const pairs = files.map(async (file) => [file.to, `${await fingerprint(path.join(folder, file.to))}:${file.sha256}`]);
  await writeJson(stampFile(context, name), Object.fromEntries(await Promise.all(pairs)));
}

/**
 * @param {string[]} names
 * @param {string} folder
 */
async function presentOf(names, folder) {
  const prints = await Promise.all(names.map((name) => fingerprint(path.join(folder, name))));
  return names.filter((_, index) => prints[index] !== undefined);
}

/**
 * An altered file stays the news even when the network is what kept it from being replaced.
 *
 * @param {string[]} names
 * @param {string} folder
 * @param {SetupFailure} reason
 */
function alteredFailure(names, folder, reason) {
  if (reason.kind !== 'noNetwork') return reason;
  return new SetupFailure(
    'wrongHash',
    `${names.join(', ')} in ${folder} does not have the pinned SHA-256, and could not be fetched again. ` +
      'Put the right file there, or connect this machine, then run it again.',
    reason.lines,
  );
}

/**
 * @param {{ root: string }} context
 * @param {string} name
 */
function stampFile(context, name) {
  return path.join(stateFolder(context.root), `${name}.json`);
}
