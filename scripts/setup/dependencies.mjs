import { rm } from 'node:fs/promises';
import path from 'node:path';
import { npmFailure, SetupFailure, withoutAddresses } from './failure.mjs';
import { fingerprint, hashOfFile, readJson, writeJson } from './files.mjs';
import { runNpm } from './npm.mjs';

/**
 * @typedef {object} Locked one entry of package-lock.json
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 */

/** @typedef {{ packages?: Record<string, Locked> }} LockFile */
/** @typedef {{ lockSha256: string, abi: string, platform: string }} Stamp */

/** @type {import('./context.mjs').Step} */
export const dependencies = {
  title: 'dependencies',
  needsBytes: 930 * 1024 ** 2,
  check: checkDependencies,
  run: installDependencies,
};

/** @param {import('./context.mjs').Context} context */
async function checkDependencies(context) {
  const lock = await lockFile(context);
  const installed = await readInstalled(context);
  if (installed === undefined) return { ready: false, detail: 'node_modules is absent or incomplete' };
  const gone = await missingPackages(context, installed);
  if (gone.length > 0) return { ready: false, detail: `${gone.length} packages are gone from node_modules` };
  const stamp = /** @type {Stamp | undefined} */ (await readJson(stampFile(context)));
  const wanted = await wantedStamp(context);
  const same = stamp?.lockSha256 === wanted.lockSha256 && stamp.platform === wanted.platform;
  if (stamp !== undefined && stamp.abi !== wanted.abi) return { ready: false, detail: 'made for another Node' };
  // Installed by hand with npm: what npm noted it installed is compared, so that it need not be installed twice.
  const ready = same || matchesLock(context, lock, installed);
  return {
    ready,
    detail: ready ? `${Object.keys(installed).length} packages` : 'node_modules is of another lock file',
  };
}

/** @param {import('./context.mjs').Context} context */
async function installDependencies(context) {
  const lock = await lockFile(context);
  const count = Object.entries(lock).filter(([name, entry]) => name !== '' && fitsMachine(context, entry)).length;
  context.progress.working(`npm ci: ${count} packages, about 540 MB on disk, no install scripts`);
  await rm(stampFile(context), { force: true });
  const installed = await runNpm(context, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    // onnxruntime-node's own script would fetch CUDA libraries; said again here for an npm that runs it all the same.
    env: { ONNXRUNTIME_NODE_INSTALL: 'skip' },
    onLine: (line) => {
      if (/^(added|removed|changed) /.test(line)) context.progress.say(withoutAddresses(line));
    },
  });
  if (installed.code !== 0) throw npmFailure('the dependencies', installed.output);
  await writeJson(stampFile(context), await wantedStamp(context));
  return `dependencies installed: ${Object.keys((await readInstalled(context)) ?? {}).length} packages`;
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Record<string, Locked>>}
 */
async function lockFile(context) {
  const lock = /** @type {LockFile | undefined} */ (await readJson(path.join(context.root, 'package-lock.json')));
  if (lock?.packages === undefined)
    throw new SetupFailure('internal', 'package-lock.json is absent or damaged. Restore it from the repository.');
  return lock.packages;
}

/**
 * What npm wrote down at the end of its last installation; absent after one that was cut off.
 *
 * @param {import('./context.mjs').Context} context
 */
async function readInstalled(context) {
  const file = path.join(context.root, 'node_modules', '.package-lock.json');
  return /** @type {LockFile | undefined} */ (await readJson(file))?.packages;
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {Record<string, Locked>} installed
 */
async function missingPackages(context, installed) {
  const names = Object.keys(installed);
  const prints = await Promise.all(names.map((name) => fingerprint(path.join(context.root, name, 'package.json'))));
  return names.filter((_, index) => prints[index] === undefined);
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {Record<string, Locked>} lock
 * @param {Record<string, Locked>} installed
 */
function matchesLock(context, lock, installed) {
  const wanted = Object.entries(lock).filter(([name, entry]) => name !== '' && fitsMachine(context, entry));
  const asLocked = Object.entries(installed).every(
    ([name, entry]) => lock[name]?.version === entry.version && lock[name]?.integrity === entry.integrity,
  );
  // An optional package without a platform of its own may be left out for what it depends on.
  return asLocked && wanted.every(([name, entry]) => name in installed || (entry.optional && entry.os === undefined));
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {Locked} entry
 */
function fitsMachine(context, entry) {
  const { platform, arch, libc } = context.probe;
  const allows = (/** @type {string[] | undefined} */ list, /** @type {string} */ value) =>
    list === undefined ||
    list.includes(value) ||
    (list.every((one) => one.startsWith('!')) && !list.includes(`!${value}`));
  return allows(entry.os, platform) && allows(entry.cpu, arch) && (libc === 'none' || allows(entry.libc, libc));
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Stamp>}
 */
async function wantedStamp(context) {
  const { platform, arch, libc } = context.probe;
  return {
    lockSha256: await hashOfFile(path.join(context.root, 'package-lock.json')),
    abi: process.versions.modules,
    platform: `${platform}-${arch}-${libc}`,
  };
}

/** @param {import('./context.mjs').Context} context */
function stampFile(context) {
  return path.join(context.root, 'node_modules', '.menshen-setup.json');
}
