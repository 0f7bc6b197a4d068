import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../setup/context.mjs';
import { readOptions } from './parts/options.mjs';

/**
 * @typedef {object} Outcome
 * @property {boolean} held
 * @property {boolean} [skipped] nothing was tried, and so nothing shown; `line` says why
 * @property {string} line the one-line result
 * @property {unknown} detail
 */

/** @type {Record<string, (options: { times: number | undefined, seed: number, say: (text: string) => void }) => Promise<Outcome>>} */
const kinds = {
  crash: async (options) => (await import('./crash-run.mjs')).crashRun(options),
  faults: async (options) => (await import('./faults.mjs')).faultsRun(options),
  forensics: async (options) => (await import('./forensics.mjs')).forensicsRun(options),
};

/** @param {string[]} words @returns {Promise<number>} the exit code: 0 held, 1 did not, 2 asked for something else */
export async function breakOnPurpose(words) {
  const defaults = { times: undefined, seed: Date.now() % 2 ** 31 };
  const { numbers, parts } = readOptions(words, defaults, Object.keys(kinds));
  const { times, seed } = numbers;
  const [name = ''] = parts;
  const kind = kinds[name];
  if (kind === undefined || parts.length > 1 || (times !== undefined && times < 1) || !Number.isInteger(seed)) {
    process.stderr.write(`npm run break -- ${Object.keys(kinds).join('|')} [--times N] [--seed N]\n`);
    return 2;
  }
  // So that services are ended and folders removed by the handlers of `exit`.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
  const startedMs = performance.now();
  const outcome = await kind({ times, seed, say });
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  const folder = path.join(projectRoot, 'var', 'break');
  mkdirSync(folder, { recursive: true });
  const verdict = outcome.skipped === true ? 'skipped' : outcome.held ? 'held' : 'BROKEN';
  const about = { at: new Date().toISOString(), node: process.version, seconds, verdict };
  writeFileSync(
    path.join(folder, `${name}.json`),
    `${JSON.stringify({ ...about, ...Object(outcome.detail) }, null, 2)}\n`,
  );
  process.stdout.write(`${verdict}: ${outcome.line} (${seconds} s; var/break/${name}.json)\n`);
  return outcome.held ? 0 : 1;
}

/** Progress is for whoever watches. @param {string} text */
function say(text) {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
}
