import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { hash } from './hash.js';

/** One side of an X25519 agreement between two processes; the private half never leaves the process. */
export interface KeyAgreement {
  /** SPKI DER. */
  readonly publicKey: Uint8Array;
  /** The common 32-byte key with the other side. */
  agree(otherPublicKey: Uint8Array): Uint8Array;
}

export function beginKeyAgreement(): KeyAgreement {
  const pair = generateKeyPairSync('x25519');
  return {
    publicKey: new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' })),
    agree: (other) => agreed(pair.privateKey, other),
  };
}

function agreed(privateKey: KeyObject, otherPublicKey: Uint8Array): Uint8Array {
  const publicKey = createPublicKey({ key: Buffer.from(otherPublicKey), type: 'spki', format: 'der' });
  const secret = diffieHellman({ privateKey, publicKey });
  const key = hash(secret);
  secret.fill(0);
  return key;
}
