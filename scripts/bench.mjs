/** Times what has a number: each row with its spread, beside a baseline of the same run. Ratios travel, times do not. */
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const { setUpOrExit } = await import('./setup/run.mjs');
await setUpOrExit();
const { comparisonRows } = await import('./bench/comparison.mjs');
const { modelRows } = await import('./bench/models.mjs');
const { idleRows } = await import('./bench/idle.mjs');
const { leakRows } = await import('./bench/leak.mjs');
const { panelRows } = await import('./bench/panel.mjs');
const { pixelRows } = await import('./bench/pixels.mjs');
const { purgeRows } = await import('./bench/purge.mjs');
const { seeingRows } = await import('./bench/seeing.mjs');
const { startRows } = await import('./bench/start.mjs');
const { storeRows } = await import('./bench/store.mjs');
const { printRows, writeJson } = await import('./bench/report.mjs');
const { fetchUsearch } = await import('./bench/usearch.mjs');

// Peers are fetched only when asked for: a site's machine may have no network, and needs none of them.
const usearch = process.argv.includes('--peers') ? fetchUsearch() : undefined;
try {
  const rows = [
    ...(await modelRows()),
    ...(await seeingRows()),
    ...(await pixelRows()),
    ...(await comparisonRows(usearch)),
    ...(await storeRows()),
    ...(await panelRows()),
    ...(await startRows()),
    ...(await idleRows()),
    ...(await purgeRows()),
    ...(await leakRows()),
  ];
  printRows(rows);
  writeJson(rows);
} finally {
  usearch?.remove();
}
