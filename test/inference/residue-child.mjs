// Embeds once and stops at each step, so that the parent can read this process's memory.
import { loadModelPack, openModels } from '../../dist/inference/index.js';
import { embeddingInput } from './embedding-input.mjs';

const models = await openModels(await loadModelPack(process.argv[2] ?? ''));
const input = embeddingInput();
const outputs = await models.run('embedding', input);
await pauseAt('held');
for (const values of Object.values(outputs)) values.fill(0);
input.fill(0);
await models.scrub();
await pauseAt('scrubbed');
process.disconnect();

/** @param {string} step */
function pauseAt(step) {
  process.send?.(step);
  return new Promise((resolve) => process.once('message', resolve));
}
