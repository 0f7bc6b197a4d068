import { MenshenError } from '../core/index.js';
import { module, Scratch } from './heap.js';

export const saltBytes = 16;
const algorithmArgon2id13 = 2;

export interface Argon2idCost {
  /** Passes over the memory. */
  readonly passes: number;
  readonly memoryBytes: number;
}

/**
 * Argon2id v1.3. Blocks its thread for as long as the cost says: the daemon calls it through the worker pool.
 *
 * @param salt 16 bytes.
 * @returns 32 bytes.
 */
export function argon2id(secret: Uint8Array, salt: Uint8Array, cost: Argon2idCost): Uint8Array {
  if (salt.length !== saltBytes) throw new MenshenError('internal', `a salt has ${saltBytes} bytes`);
  return Scratch.with((scratch) => {
    const out = scratch.room(32);
    const failed = module._crypto_pwhash(
      out.address,
      out.byteLength,
      0,
      scratch.put(secret).address,
      secret.length,
      0,
      scratch.put(salt).address,
      cost.passes,
      0,
      cost.memoryBytes,
      algorithmArgon2id13,
    );
    if (failed !== 0) throw new MenshenError('internal', 'Argon2id had not enough memory');
    return scratch.take(out);
  });
}
