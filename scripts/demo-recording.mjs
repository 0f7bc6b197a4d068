// Makes the demonstration's recording, its still pictures for enrolment and the list of its scenes, once.
//
//   node scripts/demo-recording.mjs [--force]
//
// Everything lands in var/demo, which is git-ignored: recording.mp4, scenes.json, stills/*.jpg.
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { codecOf, encode } from './demo-recording/encode.mjs';
import { findFaces } from './demo-recording/faces.mjs';
import { outputs, readFresh, recipeOf, writeStamp } from './demo-recording/freshness.mjs';
import { frameCount, makeProps, renderFrames } from './demo-recording/render.mjs';
import { writeSceneList } from './demo-recording/scene-list.mjs';
import { cast, frame, stills } from './demo-recording/script.mjs';
import { writeStills } from './demo-recording/stills.mjs';
import { filesBelow } from './setup/files.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const folder = path.join(root, 'var', 'demo');

/**
 * Makes sure that var/demo holds the recording that this generator makes from the photographs there. Needs the build,
 * the model pack, the photographs and an ffmpeg. An interrupted run leaves the former recording, or none, never half.
 *
 * @param {{ log: (line: string) => void, force?: boolean }} options
 * @returns {Promise<{ recording: string, rendered: boolean }>}
 */
export async function ensureDemoRecording({ log, force = false }) {
  const { findFfmpeg } = await import('../dist/platform/index.js');
  const { path: ffmpeg } = await findFfmpeg();
  const codec = await codecOf(ffmpeg);
  const recipe = await recipeOf(root, codec);
  const recording = path.join(folder, outputs.recording);
  if (!force && (await readFresh(folder, recipe))) return { recording, rendered: false };
  const work = await workFolder();
  try {
    await render(work, { ffmpeg, codec, log });
    await putInPlace(work);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  await writeStamp(folder, recipe);
  log(`recording of ${(frameCount / frame.framesPerSecond).toFixed(1)} s made (${codec})`);
  return { recording, rendered: true };
}

/** A folder of this run's own, so that two runs at once only do the work twice; what killed runs left goes. */
async function workFolder() {
  const work = path.join(folder, `rendering-${process.pid}`);
  for (const name of await readdir(folder)) {
    const pid = /^rendering-(\d+)$/.exec(name)?.[1];
    if (pid === undefined || (Number(pid) !== process.pid && isRunning(Number(pid)))) continue;
    await rm(path.join(folder, name), { recursive: true, force: true });
  }
  await mkdir(work);
  return work;
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: somebody else's, but running.
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * @param {string} work folder to write into
 * @param {{ ffmpeg: string, codec: keyof typeof import('./demo-recording/encode.mjs').codecs,
 *   log: (line: string) => void }} means
 */
async function render(work, { ffmpeg, codec, log }) {
  log('looking for the faces in the photographs');
  const photographs = await findFaces(
    root,
    [...Object.values(cast), ...stills].map(({ sample }) => sample),
  );
  await writeStills(path.join(work, outputs.stills), photographs);
  await writeSceneList(path.join(work, outputs.scenes));
  const frames = renderFrames(await makeProps(photographs), progressOf(log));
  await encode(frames, { ffmpeg, codec, file: path.join(work, outputs.recording), ...frame });
}

/**
 * @param {(line: string) => void} log
 * @returns {(done: number) => void}
 */
function progressOf(log) {
  const step = Math.ceil(frameCount / 5);
  return (done) => {
    if (done % step === 0) log(`${done} of ${frameCount} frames rendered`);
  };
}

/**
 * The stamp goes first and comes back last: what is there without it is made again.
 *
 * @param {string} work
 */
async function putInPlace(work) {
  await rm(path.join(folder, outputs.stamp), { force: true });
  for (const file of await filesBelow(work, '.')) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await rename(path.join(work, file), path.join(folder, file));
  }
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { recording, rendered } = await ensureDemoRecording({
    log: (line) => console.log(line),
    force: process.argv.includes('--force'),
  });
  console.log(`${path.relative(root, recording)} ${rendered ? 'is new' : 'was already there'}`);
}
