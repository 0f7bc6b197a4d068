/** Runs every parser; says before each input which one it is, so that whoever watches can name what never ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { MenshenError } from '../../../../dist/core/index.js';
import { Dice } from '../../parts/dice.mjs';
import { backups } from './backups.mjs';
import { byteParsers } from './bytes.mjs';
import { textParsers } from './texts.mjs';

const { seed, inputs, only, progress } = workerData;
const folder = mkdtempSync(path.join(tmpdir(), 'menshen-break-parsers-'));
const parsers = [...(await textParsers(folder)), ...(await byteParsers(folder)), await backups(folder)];
parentPort?.postMessage({ names: parsers.map(({ name }) => name) });
try {
  for (const [at, parser] of parsers.entries()) await runOne(parser, at);
} finally {
  for (const { close } of parsers) await close?.();
  rmSync(folder, { recursive: true, force: true });
}
parentPort?.postMessage({ done: true });

/** @param {import('./texts.mjs').Parser} parser @param {number} at */
async function runOne({ name, share, take }, at) {
  const counts = { inputs: 0, accepted: 0, refused: 0 };
  /** @type {Record<string, number>} */
  const codes = {};
  const findings = [];
  let slowest = { number: 0, ms: 0 };
  const numbers =
    only === undefined
      ? Array.from({ length: Math.max(20, Math.round(inputs * share)) }, (_, number) => number)
      : [only];
  const before = process.memoryUsage().rss;
  for (const number of numbers) {
    Atomics.store(progress, 0, at);
    Atomics.store(progress, 1, number);
    const begunMs = performance.now();
    try {
      await take(new Dice(seed + at * 7919, number));
      counts.accepted += 1;
    } catch (thrown) {
      const typed = thrown instanceof MenshenError;
      counts.refused += 1;
      if (typed) codes[thrown.code] = (codes[thrown.code] ?? 0) + 1;
      if (!typed || thrown.code === 'internal')
        findings.push({ what: `${name}: ${thrown instanceof Error ? thrown.stack?.slice(0, 600) : thrown}`, number });
    }
    counts.inputs += 1;
    const ms = performance.now() - begunMs;
    if (ms > slowest.ms) slowest = { number, ms: Math.round(ms) };
  }
  const grownMiB = Math.round((process.memoryUsage().rss - before) / 2 ** 20);
  parentPort?.postMessage({ parser: { name, ...counts, codes, slowest, grownMiB }, findings });
}
