import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../setup/context.mjs';

/** @param {import('./measure.mjs').Row[]} rows */
export function printRows(rows) {
  const width = Math.max(...rows.map(({ what }) => what.length));
  process.stdout.write(`\n${machine().cpu}, ${machine().cores} cores, Node ${process.version}\n`);
  process.stdout.write(
    `${'what'.padEnd(width)}  ${'min'.padStart(9)}  ${'median'.padStart(9)}  ${'max'.padStart(9)} ms\n`,
  );
  for (const { what, ms, ratio, against, target, met } of rows) {
    const beside =
      ratio === undefined ? verdict(target, met) : `   ${ratio.toFixed(2)} x ${against}${verdict(target, met)}`;
    process.stdout.write(
      `${what.padEnd(width)}  ${figure(ms.min)}  ${figure(ms.median)}  ${figure(ms.max)}${beside}\n`,
    );
  }
}

/** @param {import('./measure.mjs').Row[]} rows */
export function writeJson(rows) {
  const folder = path.join(projectRoot, 'var', 'bench');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'latest.json');
  writeFileSync(
    file,
    `${JSON.stringify({ at: new Date().toISOString(), machine: machine(), node: process.version, rows }, null, 2)}\n`,
  );
  process.stdout.write(`\nwritten to ${path.relative(projectRoot, file)}\n`);
}

/** @param {import('./measure.mjs').Target} [target] @param {boolean} [met] */
function verdict(target, met) {
  if (target === undefined) return '';
  const limit = 'atMost' in target ? `at most ${target.atMost.toFixed(2)}` : `at least ${target.atLeast.toFixed(2)}`;
  return ` (target ${limit}: ${met ? 'met' : 'NOT MET'})`;
}

const figure = (/** @type {number} */ ms) => ms.toFixed(3).padStart(9);

const machine = () => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
});
