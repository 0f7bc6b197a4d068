import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../setup/context.mjs';

/**
 * What one part of a run came to.
 *
 * @typedef {object} Outcome
 * @property {string} what
 * @property {string} line numbers, for a person
 * @property {readonly Finding[]} findings nothing may be here
 * @property {unknown} [detail]
 *
 * @typedef {object} Finding
 * @property {string} what
 * @property {number} [number] of the input, for `--only`
 * @property {unknown} [detail]
 */

/** Writes `var/break/<name>.json`, says one line and sets the exit code. @param {string} name @param {readonly Outcome[]} outcomes @param {object} head */
export function conclude(name, outcomes, head) {
  const folder = path.join(projectRoot, 'var', 'break');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify({ ...head, at: new Date().toISOString(), outcomes }, undefined, 1)}\n`);
  const found = outcomes.flatMap(({ findings }) => findings);
  for (const { what, number } of found.slice(0, 20))
    process.stdout.write(`  found: ${what}${number === undefined ? '' : ` (--only ${number})`}\n`);
  const lines = outcomes.map(({ what, line }) => `${what}: ${line}`).join('; ');
  const verdict = found.length === 0 ? 'ok' : `${found.length} FOUND`;
  process.stdout.write(`break ${name}: ${verdict}; ${lines}; ${path.relative(projectRoot, file)}\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

/** Keeps at most so many of a kind: the first ones say it all. */
export class Findings {
  /** @param {number} [eachAtMost] */
  constructor(eachAtMost = 5) {
    this.eachAtMost = eachAtMost;
    /** @type {Map<string, number>} */
    this.counts = new Map();
    /** @type {Finding[]} */
    this.list = [];
  }

  /** @param {Finding} finding @param {string} [kind] those of one kind are counted together */
  add(finding, kind = finding.what) {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    if (count <= this.eachAtMost) this.list.push(finding);
  }
}
