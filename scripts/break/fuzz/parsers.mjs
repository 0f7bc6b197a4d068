import { Worker } from 'node:worker_threads';
import { Findings } from '../parts/verdict.mjs';

/** What one input may take, on a machine that does other things too. */
const budgetMs = 20_000;
/** A decoder’s pools and the code that was compiled stay; a leak of one input’s size in each of thousands would not fit. */
const growthMiB = 150;

/**
 * Everything that reads what came from outside, in a thread of its own that is ended when an input never ends.
 *
 * @param {{ seed: number, inputs: number, only?: number | undefined }} options `inputs` for what is fast; the rest gets a share
 * @returns {Promise<import('../parts/verdict.mjs').Outcome>}
 */
export async function fuzzParsers({ seed, inputs, only }) {
  const progress = new Int32Array(new SharedArrayBuffer(8));
  const findings = new Findings();
  /** @type {string[]} */
  let names = [];
  /** @type {any[]} */
  const parsers = [];
  const worker = new Worker(new URL('./parsers/worker.mjs', import.meta.url), {
    workerData: { seed, inputs, only, progress },
  });
  await new Promise((resolve) => {
    let seen = '';
    const watch = setInterval(() => {
      const now = progress.join();
      if (names.length > 0 && now === seen) {
        findings.add({ what: `${names[progress[0] ?? 0]}: no end within ${budgetMs} ms`, number: progress[1] ?? 0 });
        void worker.terminate();
      }
      seen = now;
    }, budgetMs);
    worker.on('message', (message) => {
      names = message.names ?? names;
      if (message.parser !== undefined) parsers.push(message.parser);
      for (const finding of message.findings ?? [])
        findings.add(finding, finding.what.replaceAll(/[\d.]+/g, '').slice(0, 160));
    });
    worker.on('error', (fault) => findings.add({ what: `the parsers’ thread ended: ${fault}` }));
    worker.once('exit', () => {
      clearInterval(watch);
      resolve(undefined);
    });
  });
  for (const { name, grownMiB } of parsers)
    if (grownMiB > growthMiB) findings.add({ what: `${name}: the memory grew by ${grownMiB} MiB` });
  const total = parsers.reduce((sum, parser) => sum + parser.inputs, 0);
  const slowest = parsers.toSorted((a, b) => b.slowest.ms - a.slowest.ms)[0];
  return {
    what: 'parsers',
    line: `${total} inputs to ${parsers.length} parsers, ${parsers.reduce((sum, parser) => sum + parser.refused, 0)} refused by a typed error, slowest ${slowest?.slowest.ms} ms (${slowest?.name})`,
    findings: findings.list,
    detail: { parsers, counts: Object.fromEntries(findings.counts) },
  };
}
