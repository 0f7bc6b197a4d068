import { randomFillSync } from 'node:crypto';
import type { Randomness } from '../core/index.js';

/** The kernel's generator. */
export const systemRandomness: Randomness = {
  bytes: (count) => randomFillSync(new Uint8Array(count)),
};
