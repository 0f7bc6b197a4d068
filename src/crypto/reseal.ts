import { MenshenError, type Randomness } from '../core/index.js';
import { keyBytes, nonceBytes, tagBytes } from './aead.js';
import { type Block, module, Scratch } from './heap.js';

/** A sealed key and what it is bound to: now, and after it was sealed anew. */
export interface Resealing {
  readonly sealed: Uint8Array;
  readonly boundTo: string;
  readonly newlyBoundTo: string;
}

export const sealedKeyBytes: number = nonceBytes + keyBytes + tagBytes;

/**
 * Opens keys that `seal` sealed under one key and seals them under another, as `unseal` and `seal` would one by one. The
 * plain keys exist in one zeroed block alone, and the blocks are shared by all: a third of the time goes (measured over
 * 20,000 keys), which counts when an erasure rewraps everybody else's.
 *
 * @param from 32 bytes. `to`: 32 bytes.
 * @returns in the same order; undefined for what does not open.
 */
export function resealKeys(
  keys: { readonly from: Uint8Array; readonly to: Uint8Array },
  items: readonly Resealing[],
  randomness: Randomness,
): (Uint8Array | undefined)[] {
  const nonces = randomness.bytes(nonceBytes * items.length);
  const longest = items.reduce((most, item) => Math.max(most, item.boundTo.length, item.newlyBoundTo.length), 0);
  return Scratch.with((scratch) => {
    const blocks: Blocks = {
      from: scratch.put(keys.from),
      to: scratch.put(keys.to),
      sealed: scratch.room(sealedKeyBytes),
      plain: scratch.room(keyBytes),
      // No character of a string's UTF-16 takes more than three bytes of UTF-8.
      data: scratch.room(3 * longest),
    };
    return items.map((item, i) => {
      if (item.sealed.length !== sealedKeyBytes || !opens(item, blocks)) return undefined;
      return sealedAnew(item, nonces.subarray(i * nonceBytes, (i + 1) * nonceBytes), blocks);
    });
  });
}

interface Blocks {
  readonly from: Block;
  readonly to: Block;
  /** Nonce, ciphertext, tag. */
  readonly sealed: Block;
  readonly plain: Block;
  readonly data: Block;
}

function opens({ sealed, boundTo }: Resealing, blocks: Blocks): boolean {
  module.HEAPU8.set(sealed, blocks.sealed.address);
  const failed = module._crypto_aead_xchacha20poly1305_ietf_decrypt(
    blocks.plain.address,
    0,
    0,
    blocks.sealed.address + nonceBytes,
    keyBytes + tagBytes,
    0,
    blocks.data.address,
    write(boundTo, blocks.data),
    0,
    blocks.sealed.address,
    blocks.from.address,
  );
  return failed === 0;
}

function sealedAnew({ newlyBoundTo }: Resealing, nonce: Uint8Array, blocks: Blocks): Uint8Array {
  module.HEAPU8.set(nonce, blocks.sealed.address);
  const failed = module._crypto_aead_xchacha20poly1305_ietf_encrypt(
    blocks.sealed.address + nonceBytes,
    0,
    blocks.plain.address,
    keyBytes,
    0,
    blocks.data.address,
    write(newlyBoundTo, blocks.data),
    0,
    0,
    blocks.sealed.address,
    blocks.to.address,
  );
  if (failed !== 0) throw new MenshenError('internal', 'encryption failed');
  return module.HEAPU8.slice(blocks.sealed.address, blocks.sealed.address + sealedKeyBytes);
}

/** @returns how many bytes the text takes. */
function write(text: string, { address, byteLength }: Block): number {
  return encoder.encodeInto(text, module.HEAPU8.subarray(address, address + byteLength)).written;
}

const encoder = new TextEncoder();
