import path from 'node:path';
import { callInChild } from './call.mjs';
import { onPath } from './context.mjs';
import { SetupFailure } from './failure.mjs';
import { filesBelow, fingerprint, hashOfFiles, readJson, sha256, writeJson } from './files.mjs';

/** @typedef {{ state: 'built' | 'fresh' | 'no-compiler' | 'failed', detail: string }} BuildResult */
/** @typedef {{ inputs: string, result: BuildResult, addon?: string }} Stamp */

/** @type {import('./context.mjs').Step} */
export const native = {
  title: 'native addon',
  needsBytes: 50 * 1024 ** 2,
  check: checkNative,
  run: makeNative,
};

/** @param {import('./context.mjs').Context} context */
async function checkNative(context) {
  if ((await fingerprint(path.join(context.root, builder))) === undefined) return { ready: true, detail: 'none here' };
  const stamp = /** @type {Stamp | undefined} */ (await readJson(stampFile(context)));
  const current = stamp?.inputs === (await inputsOf(context)) && stamp.addon === (await addonPrint(context));
  if (!current) return { ready: false, detail: 'not built for these sources and this compiler' };
  if (stamp.result.state === 'failed' && context.retryWarned) return { ready: false, detail: 'failed before' };
  return { ready: true, detail: describe(stamp.result) };
}

/** @param {import('./context.mjs').Context} context */
async function makeNative(context) {
  context.progress.working('compiling, half a minute where a compiler is there');
  const inputs = await inputsOf(context);
  const result = /** @type {BuildResult} */ (await callInChild(context, builder, 'buildNative'));
  const addon = await addonPrint(context);
  await writeJson(stampFile(context), { inputs, result, ...(addon === undefined ? {} : { addon }) });
  return describe(result);
}

const builder = path.join('scripts', 'build-native.mjs');
/** @param {BuildResult} result */
function describe(result) {
  switch (result.state) {
    case 'built':
    case 'fresh':
      return `native addon: ${result.detail}`;
    case 'no-compiler':
    case 'failed':
      return `native addon not in use, the slower TypeScript kernels are: ${result.detail}`;
    default:
      throw new SetupFailure(
        'internal',
        `The native addon's build ended in an unknown state: ${JSON.stringify(result)}`,
      );
  }
}

/**
 * Everything that another build could come from: a compiler that was installed later counts.
 *
 * @param {import('./context.mjs').Context} context
 */
async function inputsOf(context) {
  const sources = (await filesBelow(context.root, 'native')).filter((file) => /^native[\\/][^\\/]+$/.test(file));
  const compilers = [context.env.CXX ?? '', ...['c++', 'g++', 'clang++'].map((name) => onPath(context, name) ?? '')];
  const prints = await Promise.all(compilers.map((file) => (file === '' ? undefined : fingerprint(file))));
  const machine = [process.versions.modules, context.probe.platform, context.probe.arch];
  return sha256(JSON.stringify([await hashOfFiles(context.root, [...sources, builder]), machine, compilers, prints]));
}

/** @param {import('./context.mjs').Context} context */
async function addonPrint(context) {
  const addons = (await filesBelow(context.root, path.join('native', 'build'))).filter((file) =>
    file.endsWith('.node'),
  );
  const prints = await Promise.all(addons.map((file) => fingerprint(path.join(context.root, file))));
  return prints.length === 0 ? undefined : prints.join(' ');
}

/** @param {import('./context.mjs').Context} context */
function stampFile(context) {
  return path.join(context.root, 'native', 'build', '.menshen-setup.json');
}
