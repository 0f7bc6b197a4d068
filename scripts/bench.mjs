/** Times what has a number: each row with its spread, beside a baseline of the same run. Ratios travel, times do not. */
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const { setUpOrExit } = await import('./setup/run.mjs');
await setUpOrExit();
const { comparisonRows } = await import('./bench/comparison.mjs');
const { modelRows } = await import('./bench/models.mjs');
const { seeingRows } = await import('./bench/seeing.mjs');
const { storeRows } = await import('./bench/store.mjs');
const { printRows, writeJson } = await import('./bench/report.mjs');

const rows = [...(await modelRows()), ...(await seeingRows()), ...comparisonRows(), ...(await storeRows())];
printRows(rows);
writeJson(rows);
