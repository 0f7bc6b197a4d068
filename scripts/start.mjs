import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const { projectRoot } = await import('./setup/context.mjs');
const { setUpOrExit } = await import('./setup/run.mjs');

const args = process.argv.slice(2);
const hasSite = Boolean(process.env.MENSHEN_CONFIG) || args.some((arg) => /^--config(=|$)/.test(arg));
// With a site configuration nothing is fetched from a network, ever: what is missing is named instead.
await setUpOrExit(hasSite ? { scope: 'production', fetchNothing: true } : { scope: 'everything' });
await serve(hasSite ? args : ['--demonstration', ...args.filter((arg) => arg !== '--demonstration')]);

/** @param {string[]} serveArgs */
async function serve(serveArgs) {
  const service = spawn(process.execPath, [path.join(projectRoot, 'dist', 'main.js'), 'serve', ...serveArgs], {
    stdio: 'inherit',
  });
  process.on('SIGTERM', () => service.kill('SIGTERM'));
  // A terminal's Ctrl-C reaches the service by itself; a second one would read as "stop at once".
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) service.kill('SIGINT');
  });
  process.exitCode = await new Promise((resolve, reject) => {
    service.once('error', reject);
    service.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
