import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { addonStatus } from '../../dist/addon/index.js';
import { runtimeVersion } from '../../dist/inference/index.js';
import { projectRoot } from '../setup/context.mjs';
import { plotOf } from './plot.mjs';

/**
 * Prints the tables and writes var/bench/latest.json and latest.svg.
 *
 * @param {import('./groups.mjs').GroupResult[]} results
 */
export function report(results) {
  const rows = results.flatMap((result) => result.rows);
  const about = aboutThisRun();
  printRows(rows, about);
  for (const { what, profile } of rows) if (profile !== undefined) printProfile(what, profile);
  for (const { name, failure } of results) {
    if (failure !== undefined) process.stdout.write(`\nFAILED ${name}: ${failure}\n`);
  }
  const folder = path.join(projectRoot, 'var', 'bench');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'latest.json'), `${JSON.stringify({ ...about, groups: results }, null, 2)}\n`);
  writeFileSync(path.join(folder, 'latest.svg'), plotOf(rows, `${about.at.slice(0, 10)}, ${about.machine.cpu}`));
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  process.stdout.write(`\n${Math.round(seconds)} s; written to var/bench/latest.json and latest.svg\n`);
}

/** @param {import('./measure.mjs').Row[]} rows @param {ReturnType<typeof aboutThisRun>} about */
function printRows(rows, { machine, versions }) {
  const width = Math.max(...rows.map(({ what }) => what.length), 0);
  process.stdout.write(
    `\n${machine.cpu}, ${machine.cores} cores, Node ${versions.node}, ONNX Runtime ${versions.onnxruntime}, ${versions.addon}\n`,
  );
  process.stdout.write(
    `${'what'.padEnd(width)}  ${'min'.padStart(9)}  ${'median'.padStart(9)}  ${'max'.padStart(9)} ms\n`,
  );
  for (const row of rows) process.stdout.write(`${row.what.padEnd(width)}  ${figuresOf(row)}\n`);
}

/** @param {import('./measure.mjs').Row} row */
function figuresOf({ ms, ratio, against, target, met, skipped, unit, note }) {
  if (skipped !== undefined) return `not measured: ${skipped}`;
  const beside = ratio === undefined ? '' : `   ${ratio.toFixed(2)} x ${against}`;
  const remark = note === undefined ? '' : `   ${note}`;
  const own = unit === undefined ? '' : ` ${unit}`;
  return `${figure(ms.min)}  ${figure(ms.median)}  ${figure(ms.max)}${own}${beside}${verdict(target, met)}${remark}`;
}

/** @param {string} what @param {import('./measure.mjs').Step[]} profile */
function printProfile(what, profile) {
  const total = profile.reduce((sum, { ms }) => sum + ms.median, 0);
  const width = Math.max(...profile.map(({ step }) => step.length));
  process.stdout.write(`\n${what}, step by step (model runs marked *)\n`);
  for (const { step, kind, ms } of profile) {
    const share = `${((100 * ms.median) / total).toFixed(1)} %`.padStart(7);
    const mark = kind === 'model' ? '*' : ' ';
    process.stdout.write(
      `${mark} ${step.padEnd(width)}  ${figure(ms.min)}  ${figure(ms.median)}  ${figure(ms.max)}${share}\n`,
    );
  }
}

/** @param {import('./measure.mjs').Target} [target] @param {boolean} [met] */
function verdict(target, met) {
  if (target === undefined) return '';
  const limit = 'atMost' in target ? `at most ${target.atMost.toFixed(2)}` : `at least ${target.atLeast.toFixed(2)}`;
  return ` (target ${limit}: ${met ? 'met' : 'NOT MET'})`;
}

const figure = (/** @type {number} */ ms) => ms.toFixed(3).padStart(9);

function aboutThisRun() {
  const { implementation } = addonStatus();
  return {
    at: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      platform: `${process.platform}-${process.arch}`,
    },
    versions: { node: process.version, onnxruntime: runtimeVersion(), addon: implementation },
  };
}
