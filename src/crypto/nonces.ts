import type { Randomness } from '../core/index.js';

/** Of one draw: 128 nonces. */
const drawnAtOnce = 3072;

/**
 * Randomness for nonces alone, which are no secrets: bytes are drawn from `source` for many at once, since a draw takes
 * about as long as sealing a key. Every byte is handed out once; keys never come from here, because theirs would lie in
 * memory before they are needed.
 */
export function nonceRandomness(source: Randomness): Randomness {
  let left: Uint8Array = new Uint8Array(0);
  return {
    bytes(count) {
      if (left.length < count) left = source.bytes(Math.max(count, drawnAtOnce));
      const bytes = left.subarray(0, count);
      left = left.subarray(count);
      return bytes;
    },
  };
}
