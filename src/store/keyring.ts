import { openSecret } from '../addon/index.js';
import { deriveKey, keyBytes } from '../crypto/index.js';

const context = 'menshen1';

/** Keys derived from the root key; each has one use. They live in locked memory; the root is wiped once they exist. */
export interface Keyring {
  /** Wraps the epoch keys' files. */
  readonly epochWrap: Uint8Array;
  /** Keyed hashes of person numbers and card numbers, so that the index means nothing without the device. */
  readonly lookup: Uint8Array;
  /** Keyed hash of a PIN before Argon2id: a stolen database alone allows no guessing. */
  readonly pinPepper: Uint8Array;
  /** Seals device secrets (the signing seed) and the audit head. */
  readonly deviceSecrets: Uint8Array;
  /** Keyed hashes of API keys' secrets. */
  readonly apiKeys: Uint8Array;
  /** Seals what registers hold in confidence. */
  readonly confidential: Uint8Array;
  wipe(): void;
}

/** @param root 32 bytes; wiped here. */
export function deriveKeyring(root: Uint8Array): Keyring {
  const secret = openSecret(6 * keyBytes);
  const derived = (id: number): Uint8Array => {
    const place = secret.bytes.subarray((id - 1) * keyBytes, id * keyBytes);
    const key = deriveKey(root, context, id);
    place.set(key);
    key.fill(0);
    return place;
  };
  const keys = {
    epochWrap: derived(1),
    lookup: derived(2),
    pinPepper: derived(3),
    deviceSecrets: derived(4),
    apiKeys: derived(5),
    confidential: derived(6),
  };
  root.fill(0);
  return { ...keys, wipe: () => secret.close() };
}
