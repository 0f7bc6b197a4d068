import { rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from './build.mjs';
import { childKeeper } from './child.mjs';
import { chromium } from './chromium.mjs';
import { machineProbe, projectRoot, stateFolder } from './context.mjs';
import { pictures, recording } from './demonstration.mjs';
import { dependencies } from './dependencies.mjs';
import { asFailure, exitCodes, SetupFailure } from './failure.mjs';
import { ffmpeg } from './ffmpeg.mjs';
import { takeLock } from './lock.mjs';
import { models } from './models.mjs';
import { native } from './native.mjs';
import { preflight, requireSupportedMachine } from './preflight.mjs';
import { progressOn, secondsSince } from './progress.mjs';
import { sqlite } from './sqlite.mjs';

/** @typedef {'tests' | 'everything' | 'production' | 'dependencies'} Scope */

/**
 * @typedef {object} Options
 * @property {Scope} [scope] what is wanted; `production` leaves the demonstration's material out, `tests` has a browser too
 * @property {boolean} [fetchNothing] a step that would fetch something is refused instead (a site's daemon never fetches)
 * @property {boolean} [retryWarned] whether optional parts that failed before are tried again
 * @property {string} [root]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {import('./context.mjs').Probe} [probe]
 * @property {import('./progress.mjs').Progress} [progress]
 */

const production = [dependencies, sqlite, native, build, models, ffmpeg];
const everything = [...production, pictures, recording];
/** @type {Record<Scope, import('./context.mjs').Step[]>} */
const steps = { dependencies: [dependencies], production, everything, tests: [...everything, chromium] };

/**
 * Sets up what is missing, and writes nothing when nothing is. A step's stamp is written last, so a set-up that was cut
 * off is taken up again by the next one.
 *
 * @param {Options} [options]
 * @returns {Promise<{ made: string[] }>} the titles of the steps that had something to do
 * @throws SetupFailure with a sentence for the person and an exit code
 */
export async function setUp(options = {}) {
  const startedMs = performance.now();
  /** @type {import('./lock.mjs').Lock | undefined} */
  let lock;
  const context = contextOf(options, async (pids) => lock?.noteChildren(pids));
  const forget = onInterruption(context, () => lock);
  try {
    requireSupportedMachine(context.probe);
    const wanted = steps[options.scope ?? 'everything'];
    const missing = await missingSteps(context, wanted);
    if (missing.length === 0) {
      context.progress.say(`Set-up: everything is there (${secondsSince(startedMs)})`);
      return { made: [] };
    }
    if (options.fetchNothing) refuseFetching(missing);
    const count = wanted.length + 1;
    context.progress.start(1, count, 'preflight');
    context.progress.done(await preflight(context, neededBytes(missing)));
    lock = await takeLock(path.join(stateFolder(context.root), 'lock'));
    const made = await runSteps(context, wanted, count);
    await rm(temporary(context), { recursive: true, force: true });
    context.progress.say(`Set-up: done (${secondsSince(startedMs)})`);
    return { made };
  } catch (error) {
    context.children.endAll();
    throw asFailure(error);
  } finally {
    forget();
    lock?.release();
  }
}

/**
 * For the scripts that people start: sets up, and ends the process with the sentence and its exit code when that fails.
 *
 * @param {Options} [options]
 */
export async function setUpOrExit(options = {}) {
  try {
    return await setUp(options);
  } catch (error) {
    const failure = asFailure(error);
    for (const line of failure.lines) process.stderr.write(`  | ${line}\n`);
    process.stderr.write(`\nSet-up stopped: ${failure.message}\n(exit code ${failure.exitCode})\n`);
    process.exit(failure.exitCode);
  }
}

/**
 * @param {Options} options
 * @param {(pids: number[]) => Promise<void>} onChildren
 * @returns {import('./context.mjs').Context}
 */
function contextOf(options, onChildren) {
  return {
    root: options.root ?? projectRoot,
    env: options.env ?? process.env,
    probe: options.probe ?? machineProbe(),
    progress: options.progress ?? progressOn(process.stdout),
    retryWarned: options.retryWarned ?? false,
    children: childKeeper(onChildren),
  };
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {import('./context.mjs').Step[]} wanted
 * @returns {Promise<import('./context.mjs').Step[]>} the steps with work, as far as can be told yet
 */
async function missingSteps(context, wanted) {
  const verdicts = await Promise.all(wanted.map((step) => step.check(context)));
  return wanted.filter((_, index) => !verdicts[index]?.ready);
}

const localSteps = [native, build];

/** @param {import('./context.mjs').Step[]} missing */
function refuseFetching(missing) {
  const fetched = missing.filter((step) => !localSteps.includes(step));
  if (fetched.length === 0) return;
  throw new SetupFailure(
    'noNetwork',
    `${fetched.map(({ title }) => title).join(', ')} missing, and with a site configuration nothing is ever fetched. Run \`npm run setup -- --production\` first.`,
  );
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {import('./context.mjs').Step[]} wanted
 * @param {number} count
 */
async function runSteps(context, wanted, count) {
  await rm(temporary(context), { recursive: true, force: true });
  const made = [];
  /** @type {Map<import('./context.mjs').Step, Begun>} */
  const begun = new Map();
  for (const [index, step] of inTurn(wanted).entries()) {
    context.progress.start(index + 2, count, step.title);
    const { before, done } = begun.get(step) ?? (await begin(context, step));
    if (!before.ready) made.push(step.title);
    context.progress.done(await done);
    if (index > 0) continue;
    for (const other of wanted.filter(({ beside }) => beside)) {
      const started = await begin(quiet(context), other);
      begun.set(other, started);
      if (!started.before.ready) context.progress.say(`${other.title}: begun, made beside the steps that follow`);
    }
  }
  return made;
}

/** What runs beside the others is waited for after them. @param {import('./context.mjs').Step[]} wanted */
function inTurn(wanted) {
  return [...wanted.filter(({ beside }) => !beside), ...wanted.filter(({ beside }) => beside)];
}

/** @typedef {{ before: import('./context.mjs').Verdict, done: Promise<string> }} Begun */

/**
 * @param {import('./context.mjs').Context} context
 * @param {import('./context.mjs').Step} step
 * @returns {Promise<Begun>} `done` is for the caller to wait for, now or later
 */
async function begin(context, step) {
  const before = await step.check(context);
  const done = before.ready ? Promise.resolve(`there: ${before.detail}`) : runAndVerify(context, step, before.detail);
  // Thrown where it is waited for; when another step fails first, nobody waits for this one any more.
  done.catch(() => undefined);
  return { before, done };
}

/** Its lines would stand among those of another step. @param {import('./context.mjs').Context} context */
function quiet(context) {
  return { ...context, progress: { ...context.progress, say: () => undefined, working: () => undefined } };
}

/**
 * @param {import('./context.mjs').Context} context
 * @param {import('./context.mjs').Step} step
 * @param {string} reason
 */
async function runAndVerify(context, step, reason) {
  context.progress.say(reason);
  const done = await step.run(context);
  const after = await step.check({ ...context, retryWarned: false });
  if (!after.ready)
    throw new SetupFailure('internal', `${step.title}: done, and yet not there (${after.detail}). Run it again.`);
  return done;
}

/** @param {import('./context.mjs').Step[]} missing */
function neededBytes(missing) {
  return missing.reduce((sum, step) => sum + step.needsBytes, 0);
}

/** @param {import('./context.mjs').Context} context */
function temporary(context) {
  return path.join(stateFolder(context.root), 'tmp');
}

/**
 * Ends the children and gives the lock back; what was half done is repaired by the next run.
 *
 * @param {import('./context.mjs').Context} context
 * @param {() => import('./lock.mjs').Lock | undefined} lock
 * @returns {() => void} stops listening
 */
function onInterruption(context, lock) {
  const stop = () => {
    context.children.endAll();
    lock()?.release();
    process.stderr.write('\nSet-up stopped: interrupted. Run it again to go on where it was.\n');
    process.exit(exitCodes.interrupted);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return () => process.off('SIGINT', stop).off('SIGTERM', stop);
}
