import { deriveKey } from '../crypto/index.js';

const context = 'menshen1';

/** Keys derived from the root key; each has one use. The root itself is wiped once these exist. */
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
  wipe(): void;
}

/** @param root 32 bytes; wiped here. */
export function deriveKeyring(root: Uint8Array): Keyring {
  const keys = {
    epochWrap: deriveKey(root, context, 1),
    lookup: deriveKey(root, context, 2),
    pinPepper: deriveKey(root, context, 3),
    deviceSecrets: deriveKey(root, context, 4),
    apiKeys: deriveKey(root, context, 5),
  };
  root.fill(0);
  return {
    ...keys,
    wipe: () =>
      Object.values(keys).forEach((key) => {
        key.fill(0);
      }),
  };
}
