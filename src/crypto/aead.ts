import { MenshenError, type Randomness } from '../core/index.js';
import { module, Scratch } from './heap.js';

export const keyBytes = 32;
export const nonceBytes = 24;
export const tagBytes = 16;

/**
 * Encrypts with XChaCha20-Poly1305 under a fresh random nonce.
 *
 * @param key 32 bytes.
 * @param associatedData what the ciphertext is bound to; opening needs the same.
 * @returns nonce (24 bytes), ciphertext, tag (16 bytes) in one array.
 */
export function seal(key: Uint8Array, plain: Uint8Array, associatedData: string, randomness: Randomness): Uint8Array {
  const nonce = randomness.bytes(nonceBytes);
  return Scratch.with((scratch) => {
    const out = scratch.room(plain.length + tagBytes);
    const data = scratch.put(utf8(associatedData));
    const failed = module._crypto_aead_xchacha20poly1305_ietf_encrypt(
      out.address,
      0,
      scratch.put(plain).address,
      plain.length,
      0,
      data.address,
      data.byteLength,
      0,
      0,
      scratch.put(nonce).address,
      scratch.put(checkedKey(key)).address,
    );
    if (failed !== 0) throw new MenshenError('internal', 'encryption failed');
    const sealed = new Uint8Array(nonceBytes + out.byteLength);
    sealed.set(nonce);
    sealed.set(scratch.take(out), nonceBytes);
    return sealed;
  });
}

/**
 * Opens what `seal` made.
 *
 * @returns the plain bytes; the caller wipes them when they are secret.
 * @throws MenshenError `integrity-violation` when key, associated data or bytes differ.
 */
export function unseal(key: Uint8Array, sealed: Uint8Array, associatedData: string): Uint8Array {
  if (sealed.length < nonceBytes + tagBytes) throw violation();
  return Scratch.with((scratch) => {
    const cipher = scratch.put(sealed.subarray(nonceBytes));
    const out = scratch.room(cipher.byteLength - tagBytes);
    const data = scratch.put(utf8(associatedData));
    const failed = module._crypto_aead_xchacha20poly1305_ietf_decrypt(
      out.address,
      0,
      0,
      cipher.address,
      cipher.byteLength,
      0,
      data.address,
      data.byteLength,
      0,
      scratch.put(sealed.subarray(0, nonceBytes)).address,
      scratch.put(checkedKey(key)).address,
    );
    if (failed !== 0) throw violation();
    return scratch.take(out);
  });
}

function checkedKey(key: Uint8Array): Uint8Array {
  if (key.length !== keyBytes) throw new MenshenError('internal', `a key has ${keyBytes} bytes, not ${key.length}`);
  return key;
}

function violation(): MenshenError {
  return new MenshenError(
    'integrity-violation',
    'A sealed value does not open: it was changed, moved, or belongs to another key. Restore the store or erase the record.',
  );
}

const encoder = new TextEncoder();
const utf8 = (text: string): Uint8Array => encoder.encode(text);
