import { MenshenError, type Randomness } from '../core/index.js';
import { keyBytes, nonceBytes, tagBytes } from './aead.js';
import { type Block, module, Scratch } from './heap.js';
import { nonceRandomness } from './nonces.js';

/** A sealed key and what it is bound to: now, and after it was sealed anew. */
export interface Resealing {
  readonly sealed: Uint8Array;
  readonly boundTo: string;
  readonly newlyBoundTo: string;
}

/** @returns undefined for what does not open; otherwise bytes that hold until the next one is resealed. */
export type Reseal = (item: Resealing) => Uint8Array | undefined;

export const sealedKeyBytes: number = nonceBytes + keyBytes + tagBytes;

/**
 * Opens keys that `seal` sealed under one key and seals them under another, as `unseal` and `seal` would one by one. The
 * plain keys exist in one zeroed block alone, and the blocks are shared by all that `work` reseals: a third of the time
 * goes (measured over 20,000 keys), which counts when an erasure rewraps everybody else's.
 *
 * @param keys 32 bytes each.
 */
export function resealing<T>(
  keys: { readonly from: Uint8Array; readonly to: Uint8Array },
  randomness: Randomness,
  work: (reseal: Reseal) => T,
): T {
  return Scratch.with((scratch) => {
    const blocks: Blocks = {
      from: scratch.put(keys.from),
      to: scratch.put(keys.to),
      sealed: scratch.room(sealedKeyBytes),
      plain: scratch.room(keyBytes),
      anew: new Uint8Array(sealedKeyBytes),
    };
    let data = scratch.room(512);
    const nonces = nonceRandomness(randomness);
    return work((item) => {
      const longest = Math.max(item.boundTo.length, item.newlyBoundTo.length);
      // No character of a string's UTF-16 takes more than three bytes of UTF-8.
      if (3 * longest > data.byteLength) data = scratch.room(3 * longest);
      if (item.sealed.length !== sealedKeyBytes || !opens(item, blocks, data)) return undefined;
      return sealedAnew(item, nonces.bytes(nonceBytes), blocks, data);
    });
  });
}

interface Blocks {
  readonly from: Block;
  readonly to: Block;
  /** Nonce, ciphertext, tag. */
  readonly sealed: Block;
  readonly plain: Block;
  /** What was made last; with an array for each, all of them took a tenth longer (with the texts below). */
  readonly anew: Uint8Array;
}

function opens({ sealed, boundTo }: Resealing, blocks: Blocks, data: Block): boolean {
  module.HEAPU8.set(sealed, blocks.sealed.address);
  const failed = module._crypto_aead_xchacha20poly1305_ietf_decrypt(
    blocks.plain.address,
    0,
    0,
    blocks.sealed.address + nonceBytes,
    keyBytes + tagBytes,
    0,
    data.address,
    write(boundTo, data),
    0,
    blocks.sealed.address,
    blocks.from.address,
  );
  return failed === 0;
}

function sealedAnew({ newlyBoundTo }: Resealing, nonce: Uint8Array, blocks: Blocks, data: Block): Uint8Array {
  module.HEAPU8.set(nonce, blocks.sealed.address);
  const failed = module._crypto_aead_xchacha20poly1305_ietf_encrypt(
    blocks.sealed.address + nonceBytes,
    0,
    blocks.plain.address,
    keyBytes,
    0,
    data.address,
    write(newlyBoundTo, data),
    0,
    0,
    blocks.sealed.address,
    blocks.to.address,
  );
  if (failed !== 0) throw new MenshenError('internal', 'encryption failed');
  blocks.anew.set(module.HEAPU8.subarray(blocks.sealed.address, blocks.sealed.address + sealedKeyBytes));
  return blocks.anew;
}

/** @returns how many bytes the text takes. */
function write(text: string, { address, byteLength }: Block): number {
  // Another one once the module took more memory.
  if (memory.buffer !== module.HEAPU8.buffer) memory = Buffer.from(module.HEAPU8.buffer);
  return memory.write(text, address, byteLength, 'utf8');
}

/** The module's memory as a buffer, which takes a short text without an array made for it. */
let memory = Buffer.from(module.HEAPU8.buffer);
