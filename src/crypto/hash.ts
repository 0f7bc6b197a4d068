import { MenshenError } from '../core/index.js';
import { module, Scratch } from './heap.js';

const hashBytes = 32;
const kdfContextBytes = 8;

/** BLAKE2b-256 of the bytes or of a text's UTF-8. */
export function hash(input: Uint8Array | string): Uint8Array {
  return generic(input, undefined);
}

/** BLAKE2b-256 keyed with 32 bytes: an index that means nothing without the key. */
export function keyedHash(key: Uint8Array, input: Uint8Array | string): Uint8Array {
  return generic(input, key);
}

/** Sub-key `id` of a 32-byte key (BLAKE2b KDF of libsodium). `context` is exactly 8 ASCII characters. */
export function deriveKey(key: Uint8Array, context: string, id: number): Uint8Array {
  if (context.length !== kdfContextBytes) throw new MenshenError('internal', 'a KDF context has 8 characters');
  return Scratch.with((scratch) => {
    const out = scratch.room(hashBytes);
    const failed = module._crypto_kdf_derive_from_key(
      out.address,
      hashBytes,
      id,
      0,
      scratch.put(encoder.encode(context)).address,
      scratch.put(key).address,
    );
    if (failed !== 0) throw new MenshenError('internal', 'key derivation failed');
    return scratch.take(out);
  });
}

/** Same length and same bytes, in time that does not depend on where they differ. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

function generic(input: Uint8Array | string, key: Uint8Array | undefined): Uint8Array {
  const bytes = typeof input === 'string' ? encoder.encode(input) : input;
  return Scratch.with((scratch) => {
    const out = scratch.room(hashBytes);
    const keyBlock = key === undefined ? { address: 0, byteLength: 0 } : scratch.put(key);
    const failed = module._crypto_generichash(
      out.address,
      hashBytes,
      scratch.put(bytes).address,
      bytes.length,
      0,
      keyBlock.address,
      keyBlock.byteLength,
    );
    if (failed !== 0) throw new MenshenError('internal', 'hashing failed');
    return scratch.take(out);
  });
}

const encoder = new TextEncoder();
