import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { row, rowOfBoth, spreadOf } from './measure.mjs';

const rounds = 40;
const warmUp = 3;
const variants = /** @type {const} */ (['default', 'flushed', 'prepared']);
/** The runs of one frame with one face: two passes of landmarks. */
const runs = /** @type {const} */ (['detection', 'landmarks', 'landmarks', 'pad', 'embedding']);
/** Prepared models over the same baseline (issue: as fast as the machine allows, target 2). */
const targets = { flushed: { atMost: 0.72 }, default: { atMost: 0.25 } };

/**
 * The models as they come and as they are prepared, each variant in a process of its own, run in turns.
 *
 * @returns {Promise<import('./measure.mjs').Row[]>}
 */
export async function modelRows() {
  const children = new Map(variants.map((variant) => [variant, start(variant)]));
  try {
    for (const child of children.values()) await once(child, 'message');
    const times = await inTurns(children);
    const original = { what: 'models as they come, default options', ms: summary(times, 'default') };
    const flushed = { what: 'models as they come, denormals flushed', ms: summary(times, 'flushed') };
    const prepared = summary(times, 'prepared');
    return [
      row(original.what, original.ms),
      row(flushed.what, flushed.ms),
      rowOfBoth('prepared models', prepared, flushed, targets.flushed),
      rowOfBoth('prepared models', prepared, original, targets.default),
      ...perModel(times),
    ];
  } finally {
    for (const child of children.values()) child.kill();
  }
}

/** @typedef {Map<string, number[]>} Times milliseconds by variant and role; the rounds in order */

/** @param {string} variant */
function start(variant) {
  return fork(path.join(import.meta.dirname, 'models-child.mjs'), [variant], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/**
 * Only one process computes at a time, and each round asks all of them, so that other load hits all alike.
 *
 * @param {Map<string, import('node:child_process').ChildProcess>} children
 * @returns {Promise<Times>}
 */
async function inTurns(children) {
  /** @type {Times} */
  const times = new Map();
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const [variant, child] of children) {
      for (const [index, role] of runs.entries()) {
        child.send(role);
        const [ms] = await once(child, 'message');
        const key = `${variant} ${index}`;
        if (round >= 0) times.set(key, [...(times.get(key) ?? []), ms]);
      }
    }
  }
  return times;
}

/** @param {Times} times @param {string} variant @param {readonly number[]} [indices] of the runs that count */
function summary(times, variant, indices = [...runs.keys()]) {
  return spreadOf(
    Array.from({ length: rounds }, (_, round) =>
      indices.reduce((sum, index) => sum + (times.get(`${variant} ${index}`)?.[round] ?? Number.NaN), 0),
    ),
  );
}

/** @param {Times} times @returns {import('./measure.mjs').Row[]} */
function perModel(times) {
  return [...new Set(runs)].map((role) => {
    const indices = [...runs.keys()].filter((index) => runs[index] === role);
    const baseline = { what: 'flushed', ms: summary(times, 'flushed', indices) };
    return row(
      `  ${role}${indices.length > 1 ? `, ${indices.length} passes` : ''}`,
      summary(times, 'prepared', indices),
      baseline,
    );
  });
}
