import { randomFillSync } from 'node:crypto';
import type { Randomness } from '../core/index.js';

/** The kernel's generator; the bytes lie outside V8's moving heap, so that wiping them leaves no copy. */
export const systemRandomness: Randomness = {
  bytes: (count) => randomFillSync(new Uint8Array(new ArrayBuffer(count))),
};
