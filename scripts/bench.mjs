/** Times what has a number: each row with its spread, beside a baseline of the same run. Ratios travel, times do not. */
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const { setUpOrExit } = await import('./setup/run.mjs');
await setUpOrExit();
const { runGroups } = await import('./bench/groups.mjs');
const { report } = await import('./bench/report.mjs');

// Peers are fetched only when asked for: a site's machine may have no network, and needs none of them.
const withPeers = process.argv.includes('--peers');
/** @type {import('./bench/groups.mjs').Group[]} */
const groups = [
  ['models', async () => (await import('./bench/models.mjs')).modelRows()],
  ['frame', async () => (await import('./bench/frame.mjs')).frameRows()],
  ['pixels', async () => (await import('./bench/pixels.mjs')).pixelRows()],
  ['comparison', async () => (await import('./bench/comparison.mjs')).comparisonRows(withPeers)],
  ['store', async () => (await import('./bench/store.mjs')).storeRows()],
  ['pins', async () => (await import('./bench/pins.mjs')).pinRows()],
  ['panel', async () => (await import('./bench/panel.mjs')).panelRows()],
  ['start', async () => (await import('./bench/start.mjs')).startRows()],
  ['idle', async () => (await import('./bench/idle.mjs')).idleRows()],
  ['purge', async () => (await import('./bench/purge.mjs')).purgeRows()],
  ['screen', async () => (await import('./bench/screen.mjs')).screenRows()],
  ['leak', async () => (await import('./bench/leak.mjs')).leakRows()],
];
if (withPeers) groups.push(['peers', async () => (await import('./bench/peers.mjs')).peerRows()]);

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const results = await runGroups(wanted.length === 0 ? groups : groups.filter(([name]) => wanted.includes(name)));
report(results);
process.exitCode = results.every(({ failure }) => failure === undefined) ? 0 : 1;
