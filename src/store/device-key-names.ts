/** The device's own keys; each has one use. */
export const deviceKeyNames = [
  /** Wraps the epoch keys' files. */
  'epoch-wrap',
  /** Keyed hashes of person numbers and card numbers, so that the index means nothing without the device. */
  'lookup',
  /** Keyed hash of a PIN before Argon2id: a stolen database alone allows no guessing. */
  'pin-pepper',
  /** Seals the audit's head and what the rollback check writes. */
  'device-secrets',
  /** Keyed hashes of API keys' secrets. */
  'api-keys',
  /** Seals what registers hold in confidence. */
  'confidential',
  /** Seed of the Ed25519 key that signs decisions, receipts and the audit. */
  'signing',
] as const;
export type DeviceKeyName = (typeof deviceKeyNames)[number];
