import path from 'node:path';
import { loadModelPack, openModels } from '../../dist/inference/index.js';
import { createPlanarMotionCue } from '../../dist/pad/index.js';
import { createSeeingTools, observeFrame } from '../../dist/vision/observe.js';
import { projectRoot } from '../setup/context.mjs';
import { openDecision } from './decision.mjs';
import { row, rowOfBoth, spreadOf, timed } from './measure.mjs';
import { framesWithFace, wholePicture } from './recording.mjs';

const verifications = 40;
/** Enough for the engine to have compiled what a terminal runs all day. */
const warmUp = 200;
/** A verification that takes more frames of this recording has gone wrong. */
const mostFrames = 12;
/** Detection to decision (issue: as fast as the machine allows, target 1). */
const target = { atMost: 1.1 };

/** The runs of one frame with one face, and what is done before each of them and after the last one. */
const runs = /** @type {const} */ (['detection', 'landmarks', 'landmarks', 'pad', 'embedding', 'embedding']);
const between = [
  'input of the detector',
  'candidates, zone, first landmark crop',
  'second landmark crop',
  'quality, surround, aligned crop, attack detection crop',
  'planar motion',
  'mirror the aligned crop',
  'fuse, compare, decide, wipe',
];

/**
 * Verifications on one thread, each frame from its pixels to what it decides, in turns with the bare runs of the same
 * sessions. A verification needs several frames, of which the last one opens the template and decides: what one frame
 * costs is the mean of a verification's. The one that decides costs more and is held against the target by itself, too.
 *
 * @returns {Promise<import('./measure.mjs').Row[]>}
 */
export async function frameRows() {
  const opened = await openModels(await loadModelPack(path.join(projectRoot, 'models', 'default')));
  const models = watched(opened);
  const tools = createSeeingTools(models);
  const frames = await framesWithFace(tools.detector, mostFrames);
  const decision = await openDecision(models, tools, frames);
  const inputs = new Map(runs.map((role) => [role, halves(opened.spec(role).input.shape)]));
  const runBare = async () => {
    for (const role of runs) await models.run(role, inputs.get(role) ?? new Float32Array(0));
  };
  try {
    const verify = () => takenBy({ models, tools, frames, decision, runBare });
    for (let round = 0; round < warmUp; round += 1) await verify();
    const taken = [];
    for (let round = 0; round < verifications; round += 1) taken.push(await verify());
    return [...rowsOfAll(taken), row('scrub after a verification', await timed(() => models.scrub(), { rounds: 40 }))];
  } finally {
    decision.close();
    await opened.close();
  }
}

/**
 * One verification, frame by frame until it decides.
 *
 * @param {{
 *   models: ReturnType<typeof watched>,
 *   tools: import('../../dist/vision/observe.js').SeeingTools,
 *   frames: readonly import('../../dist/core/index.js').Frame[],
 *   decision: Awaited<ReturnType<typeof openDecision>>,
 *   runBare: () => Promise<void>,
 * }} parts
 * @returns {Promise<Taken[]>}
 */
async function takenBy({ models, tools, frames, decision, runBare }) {
  const motion = createPlanarMotionCue();
  const request = { zone: { polygon: wholePicture }, limits: decision.limits, motion };
  const taken = [];
  decision.begin();
  for (const original of frames) {
    const bare = await measured(runBare);
    pixels ??= new Uint8Array(original.rgb.length);
    pixels.set(original.rgb);
    models.restart();
    let decided = false;
    const frame = { ...original, rgb: pixels };
    const whole = await measured(async () => {
      decided = decision.take(await observeFrame(frame, tools, request));
    });
    const steps = models.steps();
    if (steps.length !== runs.length + between.length) throw new Error('a frame did not go all the way');
    taken.push({ bare, whole, steps });
    if (decided) return taken;
  }
  throw new Error('the recording did not lead to a decision');
}

/** Of a frame, which is wiped when it was seen. @type {Uint8Array | undefined} */
let pixels;

/** @typedef {{ bare: Took, whole: Took, steps: number[] }} Taken what a frame took */

/** @param {Taken[][]} taken by verification @returns {import('./measure.mjs').Row[]} */
function rowsOfAll(taken) {
  const deciding = taken.flatMap((frames) => frames.slice(-1));
  const [bareWall, bareCost] = rowsOf(
    'bare model runs of a frame',
    taken.map((frames) => meanOf(frames, 'bare')),
  );
  const [wall, cost] = rowsOf(
    'frame to decision',
    taken.map((frames) => meanOf(frames, 'whole')),
  );
  const [, bareLast] = rowsOf(
    'bare model runs before it',
    deciding.map(({ bare }) => bare),
  );
  const [, last] = rowsOf(
    `the last of ${taken[0]?.length} frames, which decides`,
    deciding.map(({ whole }) => whole),
  );
  const everyFrame = taken.flat();
  const profile = [...runs, ...between].map((_, index) =>
    stepOf(
      index,
      everyFrame.map(({ steps }) => steps[index] ?? 0),
    ),
  );
  return [
    row(bareWall.what, bareWall.ms),
    { ...row(wall.what, wall.ms, bareWall), profile },
    row(bareCost.what, bareCost.ms),
    rowOfBoth(cost.what, cost.ms, bareCost, target),
    row(last.what, last.ms, bareLast, target),
  ];
}

/** @param {Taken[]} frames @param {'bare' | 'whole'} which @returns {Took} */
function meanOf(frames, which) {
  const mean = (/** @type {keyof Took} */ of) =>
    frames.reduce((sum, frame) => sum + frame[which][of], 0) / frames.length;
  return { wallMs: mean('wallMs'), processorMs: mean('processorMs') };
}

/** @param {() => Promise<void>} work */
async function measured(work) {
  const started = begun();
  await work();
  return since(started);
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
