import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadModelPack, openModels } from '../../dist/inference/index.js';
import { createSeeingTools } from '../../dist/vision/observe.js';
import { projectRoot } from '../setup/context.mjs';
import { fetchPackages } from './fetch-packages.mjs';
import { row, skippedRow, spreadOf } from './measure.mjs';
import { framesWithFace } from './recording.mjs';

/** Versions that run on Node 20 with their WASM backend. */
const backend = ['@tensorflow/tfjs@4.22.0', '@tensorflow/tfjs-backend-wasm@4.22.0'];
/** How many times as long as ours a peer takes a frame, at least (issue: as fast as the machine allows, target 3). */
const peers = [
  { name: 'human', wanted: '@vladmandic/human@3.3.6', atLeast: 10 },
  { name: 'face-api', wanted: '@vladmandic/face-api@1.7.15', atLeast: 20 },
];
const frameCount = 12;
const rounds = 15;
const warmUp = 3;
/** Loading a peer's models and compiling its kernels takes seconds; more means that it hangs. */
const answerTimeoutMs = 120_000;

/**
 * Detection, attack detection and description of the same frames by what people use in Node and by ours, each in a
 * process of its own with the same priority, in turns. Only time is compared: they find and tell apart other things.
 *
 * @returns {Promise<import('./measure.mjs').Row[]>}
 */
export async function peerRows() {
  const frames = mkdtempSync(path.join(tmpdir(), 'menshen-frames-'));
  try {
    await writeFrames(frames);
    const rows = [];
    for (const peer of peers) rows.push(...(await rowsBeside(peer, frames)));
    return rows;
  } finally {
    rmSync(frames, { recursive: true, force: true });
  }
}

/** A peer that cannot be had is a row that says so. */
async function rowsBeside(/** @type {typeof peers[0]} */ { name, wanted, atLeast }, /** @type {string} */ frames) {
  const what = `a frame by ${wanted} (WASM)`;
  let fetched;
  try {
    fetched = fetchPackages([wanted, ...backend]);
  } catch (fault) {
    return [skippedRow(what, fault instanceof Error ? fault.message : String(fault))];
  }
  try {
    const times = await inTurns(['menshen', name], fetched.folder, frames);
    const ours = { what: `a frame by Menshen, beside ${name}`, ms: spreadOf(times.get('menshen') ?? []) };
    return [row(ours.what, ours.ms), row(what, spreadOf(times.get(name) ?? []), ours, { atLeast })];
  } finally {
    fetched.remove();
  }
}

/** @param {string[]} names @param {string} packages @param {string} frames */
async function inTurns(names, packages, frames) {
  const children = new Map(names.map((name) => [name, start(name, packages, frames)]));
  try {
    for (const [name, child] of children) await answerOf(name, child);
    const times = new Map(names.map((name) => [name, /** @type {number[]} */ ([])]));
    for (let round = -warmUp; round < rounds; round += 1) {
      for (const [name, child] of children) {
        child.send((round + warmUp) % frameCount);
        const ms = await answerOf(name, child);
        if (round >= 0) times.get(name)?.push(ms);
      }
    }
    return times;
  } finally {
    for (const child of children.values()) child.kill();
  }
}

/** @param {string} name @param {string} packages @param {string} frames */
function start(name, packages, frames) {
  const script = path.join(import.meta.dirname, 'peers', `${name}.mjs`);
  return fork(script, [packages, frames, String(frameCount)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

/** @param {string} name @param {import('node:child_process').ChildProcess} child @returns {Promise<number>} */
async function answerOf(name, child) {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new Error(`${name} does not answer`)), answerTimeoutMs);
  try {
    const { signal } = over;
    const gone = once(child, 'exit', { signal }).then(([code]) => {
      throw new Error(`the process of ${name} ended with ${code}`);
    });
    const [ms] = await Promise.race([once(child, 'message', { signal }), gone]);
    return Number(ms);
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** The demonstration's people are public sample photographs; nobody's face is written to a disk here. */
async function writeFrames(/** @type {string} */ folder) {
  const models = await openModels(await loadModelPack(path.join(projectRoot, 'models', 'default')));
  try {
    const frames = await framesWithFace(createSeeingTools(models).detector, frameCount);
    for (const [index, { rgb }] of frames.entries()) writeFileSync(path.join(folder, `${index}.rgb`), rgb);
  } finally {
    await models.close();
  }
}
