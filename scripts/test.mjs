import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const { projectRoot } = await import('./setup/context.mjs');
const { setUpOrExit } = await import('./setup/run.mjs');
const { closingLines } = await import('./setup/test-report.mjs');

await setUpOrExit({ scope: 'tests' });
const reportFile = path.join(projectRoot, 'var', 'test-report.json');
await rm(reportFile, { force: true });
process.exitCode = await runVitest(process.argv.slice(2));
for (const line of await closingLines(reportFile, process.exitCode)) process.stdout.write(`${line}\n`);

/**
 * @param {string[]} args
 * @returns {Promise<number>}
 */
function runVitest(args) {
  const vitest = path.join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const run = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], { cwd: projectRoot, stdio: 'inherit' });
  process.on('SIGTERM', () => run.kill('SIGTERM'));
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) run.kill('SIGINT');
  });
  return new Promise((resolve, reject) => {
    run.once('error', reject);
    run.once('exit', (code) => resolve(code ?? 1));
  });
}
