import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { onPath, stateFolder } from './context.mjs';
import { npmFailure, SetupFailure, withoutAddresses } from './failure.mjs';
import { hashOfFile, ifThere, place } from './files.mjs';

/**
 * A published package that only gives files: never installed, none of its scripts run.
 *
 * @typedef {object} Artifact
 * @property {string} package
 * @property {string} version
 * @property {string} integrity `sha512-...` of the tarball
 * @property {{ from: string, to: string, sha256: string, mode?: string }[]} files `from` below the package, `to` below the target folder
 */

/**
 * Runs the npm that started this process, or else the one on the PATH, with no package's install script.
 *
 * @param {import('./context.mjs').Context} context
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, onLine?: (line: string) => void }} [options]
 */
export async function runNpm(context, args, options = {}) {
  const [program, first] = npmCommand(context);
  return context.children.run(program, [...first, ...args], {
    cwd: context.root,
    // npm would otherwise wait minutes between its tries, ask, draw a progress bar into a pipe, or look for its own updates.
    env: {
      npm_config_fetch_retry_mintimeout: '1000',
      npm_config_fetch_retry_maxtimeout: '4000',
      // Every version and hash is pinned, so what npm's cache holds is as good as the registry's.
      npm_config_prefer_offline: 'true',
      ...context.env,
      npm_config_yes: 'false',
      npm_config_progress: 'false',
      npm_config_update_notifier: 'false',
      ...options.env,
    },
    ...(options.onLine === undefined ? {} : { onLine: options.onLine }),
  });
}

/**
 * Fetches a tarball through npm (its registry, proxy and cache settings hold), checks it before it is unpacked, takes the
 * named files only, checks each, and puts them in place.
 *
 * @param {import('./context.mjs').Context} context
 * @param {Artifact} artifact
 * @param {string} targetFolder absolute
 * @param {string} what for messages
 */
export async function fetchFiles(context, artifact, targetFolder, what) {
  const folder = path.join(stateFolder(context.root), 'tmp', path.basename(targetFolder));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const tarball = await packedTarball(context, artifact, folder, what);
  await checkIntegrity(tarball, artifact, what);
  const wanted = new Map(artifact.files.map((file) => [`package/${plainPath(file.from)}`, file]));
  await unpackOnly(tarball, folder, wanted);
  for (const [entry, file] of wanted) await checkSha256(path.join(folder, entry), file, what);
  for (const [entry, file] of wanted)
    await place(
      path.join(folder, entry),
      path.join(targetFolder, plainPath(file.to)),
      Number.parseInt(file.mode ?? '644', 8),
    );
  await rm(folder, { recursive: true, force: true });
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {[string, string[]]}
 */
function npmCommand(context) {
  const started = context.env.npm_execpath ?? '';
  if (path.basename(started) === 'npm-cli.js' && existsSync(started)) return [process.execPath, [started]];
  const beside = path.join(path.dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  if (context.probe.platform === 'win32' && existsSync(beside)) return [process.execPath, [beside]];
  const npm = onPath(context, 'npm');
  if (npm !== undefined) return [npm, []];
  throw new SetupFailure('unsupported', 'npm is not on the PATH. Install it (it comes with Node), then run it again.');
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {Artifact} artifact
 * @param {string} folder
 * @param {string} what
 */
async function packedTarball(context, artifact, folder, what) {
  const wanted = `${artifact.package}@${artifact.version}`;
  // The file's name and the shape of `--json` differ between npm versions, so the tarball is looked for in its own folder.
  const packed = await runNpm(context, ['pack', wanted, '--pack-destination', folder, '--ignore-scripts', '--json']);
  if (packed.code !== 0) throw npmFailure(what, packed.output);
  const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
  if (name === undefined) throw npmFailure(what, packed.output);
  return path.join(folder, name);
}

/**
 * @param {string} tarball
 * @param {Artifact} artifact
 * @param {string} what
 */
async function checkIntegrity(tarball, artifact, what) {
  if (!artifact.integrity.startsWith('sha512-'))
    throw new SetupFailure('wrongHash', `The integrity pinned for ${what} is not a sha512; correct it.`);
  if (`sha512-${await hashOfFile(tarball, 'sha512', 'base64')}` !== artifact.integrity)
    throw wrongHash(what, 'tarball');
}

/**
 * @param {string} tarball
 * @param {string} folder
 * @param {Map<string, unknown>} wanted
 */
async function unpackOnly(tarball, folder, wanted) {
  const tar = await import('tar');
  await tar.extract({
    file: tarball,
    cwd: folder,
    strict: true,
    // A regular file only: a link could point out of the folder.
    filter: (entry, found) => wanted.has(entry) && 'type' in found && found.type === 'File',
  });
}

/**
 * @param {string} file
 * @param {Artifact['files'][number]} expected
 * @param {string} what
 */
async function checkSha256(file, expected, what) {
  const found = await ifThere(() => hashOfFile(file));
  if (found !== expected.sha256) throw wrongHash(what, expected.from);
}

/**
 * @param {string} what
 * @param {string} which
 */
export function wrongHash(what, which) {
  return new SetupFailure(
    'wrongHash',
    `The downloaded ${which} for ${what} is not the one that is pinned, so nothing of it was used. ` +
      'Run `npm cache verify`, check the registry or proxy in use (`npm config get registry`), then run it again.',
  );
}

/** @param {string} name from a manifest */
function plainPath(name) {
  const parts = name.split('/');
  if (
    name.includes('\\') ||
    path.isAbsolute(name) ||
    parts.some((part) => part === '..' || part === '.' || part === '')
  )
    throw new SetupFailure('wrongHash', `A manifest names the file "${withoutAddresses(name)}", which is not allowed.`);
  return name;
}
