import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { pinned } from './artifacts.mjs';
import { onPath } from './context.mjs';
import { SetupFailure } from './failure.mjs';
import { missingFiles, noteFiles } from './fetched.mjs';
import { fetchFiles, wrongHash } from './npm.mjs';
import { sizeText } from './progress.mjs';

/**
 * The browser of the tests, the bench and the screenshots; the service needs none. MENSHEN_CHROMIUM names a program, or
 * says `packaged` (not the system's) or `none` (the tests in a browser are skipped).
 *
 * @type {import('./context.mjs').Step}
 */
export const chromium = {
  title: 'Chromium (for the tests in a browser)',
  needsBytes: 500 * 1024 ** 2,
  async check(context) {
    const found = await chromiumHere(context);
    if (found !== undefined) return { ready: true, detail: `${found.version}: ${found.origin}` };
    if (context.env.MENSHEN_CHROMIUM === 'none') return { ready: true, detail: 'not wanted' };
    if ((await artifactFor(context)) === undefined) return { ready: true, detail: nonePackaged(context) };
    return { ready: false, detail: 'none on the PATH or in var/tools' };
  },
  run: makeChromium,
};

/**
 * @typedef {object} Chromium
 * @property {string} program
 * @property {NodeJS.ProcessEnv} env what it is to be started with, besides what this process has
 * @property {string} version as it says itself
 * @property {string} origin for people
 */

/** @typedef {Pick<import('./context.mjs').Context, 'root' | 'env' | 'probe'>} Place */

/**
 * A system's Chromium or Chrome that starts, or else the packaged one. Writes nothing.
 *
 * @param {Place} place
 * @returns {Promise<Chromium | undefined>}
 */
export async function chromiumHere(place) {
  const wish = place.env.MENSHEN_CHROMIUM ?? '';
  if (wish === 'none') return undefined;
  if (wish !== '' && wish !== 'packaged') return requireWished(onPath(place, wish) ?? wish);
  if (wish === '')
    for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
      const program = onPath(place, name);
      // Some distributions ship a script of this name that only says how to install one.
      const version = program === undefined ? undefined : await versionOf(program, {});
      if (program !== undefined && version !== undefined)
        return { program, env: {}, version, origin: `the system's (${program})` };
    }
  const artifact = await artifactFor(place);
  const intact =
    artifact !== undefined && (await missingFiles(place, 'chromium', artifact.unpacked, folderOf(place))).length === 0;
  return intact ? packagedChromium(place) : undefined;
}

/** @param {import('./context.mjs').Context} context */
async function makeChromium(context) {
  const artifact = await artifactFor(context);
  if (artifact === undefined) throw new SetupFailure('unsupported', nonePackaged(context));
  const folder = folderOf(context);
  const packed = path.join(folder, 'packed');
  context.progress.working(`fetching ${artifact.package}@${artifact.version}`);
  await fetchFiles(context, artifact, packed, 'Chromium');
  context.progress.working('unpacking');
  for (const { to } of artifact.files) await unpack(path.join(packed, to), folder);
  await writeFile(fontsFile(folder), fontsOf);
  await rm(packed, { recursive: true });
  const wrong = await missingFiles(context, 'chromium', artifact.unpacked, folder);
  if (wrong[0] !== undefined) throw wrongHash('Chromium', wrong[0]);
  await noteFiles(context, 'chromium', artifact.unpacked, folder);
  const found = await packagedChromium(context);
  if (found === undefined)
    throw new SetupFailure(
      'unsupported',
      'The packaged Chromium does not run on this machine. Install Chromium with your package manager, or leave the ' +
        'tests in a browser out with MENSHEN_CHROMIUM=none, then run it again.',
    );
  const sizes = await Promise.all(artifact.unpacked.map(async ({ to }) => (await stat(path.join(folder, to))).size));
  return `${found.version}: ${found.origin}, ${sizeText(sizes.reduce((sum, size) => sum + size, 0))}`;
}

/**
 * @param {string} file `<name>.br`, or `<name>.tar.br` with files to put below the folder
 * @param {string} folder
 */
async function unpack(file, folder) {
  const name = path.basename(file, '.br');
  const decompressed = [createReadStream(file), createBrotliDecompress()];
  await mkdir(folder, { recursive: true });
  if (name.endsWith('.tar')) {
    const tar = await import('tar');
    // Its own fonts.conf names folders of another machine.
    const filter = (/** @type {string} */ entry) => entry !== 'fonts.conf';
    await pipeline([...decompressed, tar.extract({ cwd: folder, strict: true, filter })]);
    return;
  }
  const part = path.join(folder, `${name}.part`);
  await pipeline([...decompressed, createWriteStream(part, { mode: 0o755 })]);
  await rename(part, path.join(folder, name));
}

/** @param {Place} place */
async function packagedChromium(place) {
  const folder = folderOf(place);
  const program = path.join(folder, 'chromium');
  const env = { LD_LIBRARY_PATH: path.join(folder, 'lib'), FONTCONFIG_FILE: fontsFile(folder) };
  const version = await versionOf(program, env);
  return version === undefined ? undefined : { program, env, version, origin: 'packaged, in var/tools' };
}

/** @param {string} program */
async function requireWished(program) {
  const version = await versionOf(program, {});
  if (version !== undefined) return { program, env: {}, version, origin: 'named by MENSHEN_CHROMIUM' };
  throw new SetupFailure(
    'unsupported',
    `MENSHEN_CHROMIUM names ${program}, which is no Chromium that runs here. Correct it or take it away.`,
  );
}

/**
 * @param {string} program
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} like `Chromium 147.0`; undefined when it does not start
 */
function versionOf(program, env) {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, timeout: 30_000 };
    execFile(program, ['--version'], options, (_error, said) => resolve(/Chrom(?:e|ium) \d+\.\d+/.exec(said)?.[0]));
  });
}

/** The packaged fonts alone, so that text has the same size on every machine. */
const fontsOf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
</fontconfig>
`;

/** @param {string} folder */
const fontsFile = (folder) => path.join(folder, 'fonts.conf');

/** @param {Place} place */
const folderOf = (place) => path.join(place.root, 'var', 'tools', 'chromium');

/** @param {Place} place */
async function artifactFor(place) {
  return (await pinned(place)).chromium[`${place.probe.platform}-${place.probe.arch}`];
}

/** @param {Place} place */
const nonePackaged = ({ probe: { platform, arch } }) =>
  `no Chromium on the PATH, and none packaged for ${platform}-${arch}: the tests in a browser are skipped. ` +
  'Install Chromium with your package manager to have them run';
