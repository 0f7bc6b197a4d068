import { MenshenError } from '../core/index.js';
import { module, Scratch } from './heap.js';

const publicKeyBytes = 32;
const secretKeyBytes = 32;
/** An ephemeral public key and a tag. */
const sealBytes = 48;

/** Who alone opens what was sealed to them (X25519); 32 bytes each. */
export interface RecipientKey {
  readonly publicKey: Uint8Array;
  /** The caller wipes it. */
  readonly secretKey: Uint8Array;
}

/** @param seed 32 random bytes, not kept. */
export function recipientKeyFromSeed(seed: Uint8Array): RecipientKey {
  if (seed.length !== 32) throw new MenshenError('internal', 'a seed has 32 bytes');
  return Scratch.with((scratch) => {
    const publicKey = scratch.room(publicKeyBytes);
    const secretKey = scratch.room(secretKeyBytes);
    module._crypto_box_seed_keypair(publicKey.address, secretKey.address, scratch.put(seed).address);
    return { publicKey: scratch.take(publicKey), secretKey: scratch.take(secretKey) };
  });
}

/** libsodium’s sealed box: who sealed it does not show and cannot open it again. @throws MenshenError `internal`. */
export function sealToRecipient(publicKey: Uint8Array, plain: Uint8Array): Uint8Array {
  if (publicKey.length !== publicKeyBytes) throw new MenshenError('internal', 'a public key has 32 bytes');
  return Scratch.with((scratch) => {
    const out = scratch.room(plain.length + sealBytes);
    const message = scratch.put(plain).address;
    const failed = module._crypto_box_seal(out.address, message, plain.length, 0, scratch.put(publicKey).address);
    // A point of small order: nobody has its secret half, or everybody.
    if (failed !== 0) throw new MenshenError('internal', 'this public key cannot be sealed to');
    return scratch.take(out);
  });
}

/** @returns undefined when it was sealed to somebody else, or changed. */
export function openSealedBox(key: RecipientKey, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < sealBytes || key.secretKey.length !== secretKeyBytes) return undefined;
  return Scratch.with((scratch) => {
    const out = scratch.room(sealed.length - sealBytes);
    const failed = module._crypto_box_seal_open(
      out.address,
      scratch.put(sealed).address,
      sealed.length,
      0,
      scratch.put(key.publicKey).address,
      scratch.put(key.secretKey).address,
    );
    return failed === 0 ? scratch.take(out) : undefined;
  });
}
