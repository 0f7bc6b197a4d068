import path from 'node:path';
import { pinned } from './artifacts.mjs';
import { callInChild } from './call.mjs';
import { ensureFiles, missingFiles } from './fetched.mjs';
import { filesBelow, fingerprint, hashOfFiles, readJson, writeJson } from './files.mjs';

/** @type {import('./context.mjs').Step} */
export const pictures = {
  title: 'pictures of the demonstration',
  needsBytes: 60 * 1024 ** 2,
  async check(context) {
    const { files } = (await pinned(context)).pictures;
    const missing = await missingFiles(context, 'pictures', files, picturesOf(context));
    return { ready: missing.length === 0, detail: `${files.length - missing.length} of ${files.length}` };
  },
  async run(context) {
    const artifact = (await pinned(context)).pictures;
    const size = await ensureFiles(context, 'pictures', artifact, picturesOf(context), "the demonstration's pictures");
    return `${artifact.files.length} pictures, ${size}`;
  },
};

/** @type {import('./context.mjs').Step} */
export const recording = {
  title: 'recording of the demonstration',
  needsBytes: 100 * 1024 ** 2,
  async check(context) {
    if ((await fingerprint(path.join(context.root, renderer))) === undefined)
      return { ready: true, detail: 'none here' };
    const stamp = /** @type {Stamp | undefined} */ (await readJson(stampFile(context)));
    const outputs = await outputsOf(context);
    const made = Object.entries(stamp?.outputs ?? {});
    const ready =
      stamp?.inputs === (await inputsOf(context)) &&
      made.length > 0 &&
      made.every(([file, print]) => outputs[file] === print);
    return { ready, detail: ready ? 'rendered' : 'not rendered yet' };
  },
  async run(context) {
    context.progress.working('rendering, once');
    const inputs = await inputsOf(context);
    await callInChild(context, renderer, 'ensureDemoRecording');
    await writeJson(stampFile(context), { inputs, outputs: await outputsOf(context) });
    return 'recording is there';
  },
};

/** @typedef {{ inputs: string, outputs: Record<string, string> }} Stamp */

const renderer = path.join('scripts', 'demo-recording.mjs');

/** @param {import('./context.mjs').Context} context */
async function inputsOf(context) {
  const parts = await filesBelow(context.root, path.join('scripts', 'demo-recording'));
  return hashOfFiles(context.root, [renderer, ...parts, path.join('scripts', 'setup', 'artifacts.json')]);
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Record<string, string>>} what the generator makes, as far as it is there
 */
async function outputsOf(context) {
  const demo = path.join('var', 'demo');
  const stills = await filesBelow(context.root, path.join(demo, 'stills'));
  const files = [path.join(demo, 'recording.mp4'), path.join(demo, 'scenes.json'), ...stills];
  const pairs = files.map(async (file) => [file, await fingerprint(path.join(context.root, file))]);
  return Object.fromEntries(await Promise.all(pairs));
}

/** @param {import('./context.mjs').Context} context */
function picturesOf(context) {
  return path.join(context.root, 'var', 'demo', 'pictures');
}

/** @param {import('./context.mjs').Context} context */
function stampFile(context) {
  return path.join(context.root, 'var', 'setup', 'recording.json');
}
