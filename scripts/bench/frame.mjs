import path from 'node:path';
import { loadModelPack, openModels } from '../../dist/inference/index.js';
import { createPlanarMotionCue } from '../../dist/pad/index.js';
import { createSeeingTools, observeFrame } from '../../dist/vision/observe.js';
import { projectRoot } from '../setup/context.mjs';
import { openDecision } from './decision.mjs';
import { row, rowOfBoth, spreadOf, timed } from './measure.mjs';
import { framesWithFace, wholePicture } from './recording.mjs';

const rounds = 300;
/** Enough for the engine to have compiled what a terminal runs all day. */
const warmUp = 200;
/** Frames of one verification: as many as it may take before a non-match is final (`face.maxFrames`). */
const framesOfOne = 12;
/** Detection to decision (issue: as fast as the machine allows, target 1). */
const target = { atMost: 1.1 };

/** The runs of one frame with one face, and what is done before each of them and after the last one. */
const runs = /** @type {const} */ (['detection', 'landmarks', 'landmarks', 'pad', 'embedding', 'embedding']);
const between = [
  'input of the detector',
  'candidates, zone, first landmark crop',
  'second landmark crop',
  'quality, surround, attack detection crop',
  'planar motion, aligned crop',
  'mirror the aligned crop',
  'fuse, compare, decide, wipe',
];

/**
 * A frame from its pixels to the decision on one thread, beside the bare runs of the same sessions, in turns.
 *
 * @returns {Promise<import('./measure.mjs').Row[]>}
 */
export async function frameRows() {
  const opened = await openModels(await loadModelPack(path.join(projectRoot, 'models', 'default')));
  const models = watched(opened);
  const tools = createSeeingTools(models);
  const frames = await framesWithFace(tools.detector, framesOfOne);
  const decision = await openDecision(models, tools, frames);
  try {
    const bare = /** @type {Took[]} */ ([]);
    const whole = /** @type {Took[]} */ ([]);
    const steps = [...runs, ...between].map(() => /** @type {number[]} */ ([]));
    const inputs = new Map(runs.map((role) => [role, halves(opened.spec(role).input.shape)]));
    const pixels = new Uint8Array(frames[0]?.rgb.length ?? 0);
    let motion = createPlanarMotionCue();
    for (let round = -warmUp; round < rounds; round += 1) {
      if (round % framesOfOne === 0) {
        motion = createPlanarMotionCue();
        decision.begin();
      }
      const bareStarted = begun();
      for (const role of runs) await models.run(role, inputs.get(role) ?? new Float32Array(0));
      const bareTook = since(bareStarted);
      const frame = { .../** @type {typeof frames[0]} */ (frames[(round + warmUp) % framesOfOne]), rgb: pixels };
      pixels.set(frames[(round + warmUp) % framesOfOne]?.rgb ?? []);
      models.restart();
      const started = begun();
      decision.take(
        await observeFrame(frame, tools, { zone: { polygon: wholePicture }, limits: decision.limits, motion }),
      );
      const took = since(started);
      if (round < 0) continue;
      bare.push(bareTook);
      whole.push(took);
      const times = models.steps();
      if (times.length !== steps.length) throw new Error('a frame of the recording did not go all the way');
      times.forEach((ms, index) => {
        steps[index]?.push(ms);
      });
    }
    const profile = steps.map((times, index) => stepOf(index, times));
    const [bareWall, bareCost] = rowsOf('bare model runs of a frame', bare);
    const [wall, cost] = rowsOf('frame to decision', whole);
    return [
      row(bareWall.what, bareWall.ms),
      { ...row(wall.what, wall.ms, bareWall), profile },
      row(bareCost.what, bareCost.ms),
      rowOfBoth(cost.what, cost.ms, bareCost, target),
      row('scrub after a verification', await timed(() => models.scrub(), { rounds: 40 })),
    ];
  } finally {
    decision.close();
    await opened.close();
  }
}

/**
 * On a machine that others use, the time on the wall tells how often they were let in between; what a frame costs is the
 * process's time on the processor (all of its threads: the engine's helpers are in it).
 *
 * @typedef {{ wallMs: number, processorMs: number }} Took
 */

function begun() {
  return { atMs: performance.now(), usage: process.cpuUsage() };
}

/** @param {ReturnType<typeof begun>} start @returns {Took} */
function since({ atMs, usage }) {
  const { user, system } = process.cpuUsage(usage);
  return { wallMs: performance.now() - atMs, processorMs: (user + system) / 1000 };
}

/** @param {string} what @param {Took[]} took */
function rowsOf(what, took) {
  return /** @type {const} */ ([
    { what, ms: spreadOf(took.map(({ wallMs }) => wallMs)) },
    { what: `${what}, processor time`, ms: spreadOf(took.map(({ processorMs }) => processorMs)) },
  ]);
}

/** Even places are what is done around the models, odd ones are their runs. */
function stepOf(/** @type {number} */ index, /** @type {number[]} */ times) {
  const at = Math.floor(index / 2);
  const kind = index % 2 === 0 ? /** @type {const} */ ('around') : /** @type {const} */ ('model');
  return { step: (kind === 'model' ? runs[at] : between[at]) ?? '', kind, ms: spreadOf(times) };
}

/**
 * The same models, with the times at which each run began and ended.
 *
 * @param {import('../../dist/inference/index.js').Models} models
 */
function watched(models) {
  /** @type {number[]} */
  let marks = [];
  return {
    pack: models.pack,
    roles: models.roles,
    outputNames: models.outputNames.bind(models),
    spec: models.spec.bind(models),
    scrub: models.scrub.bind(models),
    close: models.close.bind(models),
    /** @type {typeof models.run} */
    async run(...call) {
      marks.push(performance.now());
      const outputs = await models.run(...call);
      marks.push(performance.now());
      return outputs;
    },
    restart() {
      marks = [performance.now()];
    },
    /** Milliseconds between the marks: around, model, around, model, ..., around. */
    steps() {
      return [...marks, performance.now()].slice(1).map((mark, index) => mark - /** @type {number} */ (marks[index]));
    },
  };
}

/** @param {readonly number[]} shape */
function halves(shape) {
  return new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(0.5);
}
