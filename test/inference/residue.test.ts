import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadModelPack, openModels } from '#menshen/inference/index.js';
import { canScanProcesses, scanProcessMemory } from '../support/memory-scan.js';
import { hasModels, packDirectory } from './default-pack.js';
import { embeddingInput } from './embedding-input.mjs';

if (!canScanProcesses) console.log('skipped: the memory of a process can be read on Linux only.');

it.skipIf(!hasModels || !canScanProcesses)('leaves no embedding in memory after wiping and a scrub', async () => {
  const child = fork(join(import.meta.dirname, 'residue-child.mjs'), [packDirectory], { stdio: 'ignore' });
  try {
    const [needle] = await Promise.all([embeddingBytes(), reached(child, 'held')]);
    const [held] = await scanProcessMemory(child.pid ?? 0, [needle]);
    const scrubbed = reached(child, 'scrubbed');
    child.send('go on');
    await scrubbed;
    const [left] = await scanProcessMemory(child.pid ?? 0, [needle]);
    // The first count is the positive control: the scan can see an embedding that is there.
    expect({ seenWhileHeld: (held ?? 0) > 0, left }).toEqual({ seenWhileHeld: true, left: 0 });
  } finally {
    child.kill();
  }
});

/** Thirty-two bytes from the middle of the embedding that the child computes. */
async function embeddingBytes(): Promise<Uint8Array> {
  const models = await openModels(await loadModelPack(packDirectory));
  const [vector = new Float32Array(0)] = Object.values(await models.run('embedding', embeddingInput()));
  await models.close();
  return new Uint8Array(vector.buffer, vector.byteOffset + 400, 32).slice();
}

async function reached(child: ChildProcess, step: string): Promise<void> {
  const [message] = await once(child, 'message');
  if (message !== step) throw new Error(`the child is at ${String(message)}, not at ${step}`);
}
