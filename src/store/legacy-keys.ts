import { MenshenError } from '../core/index.js';
import { deriveKey, equalBytes, unseal } from '../crypto/index.js';
import type { Database } from './database.js';
import type { DeviceKeyName } from './device-key-names.js';
import { bytesOf } from './rows.js';

const context = 'menshen1';
const checkText = Buffer.from('menshen root key check 1');
/** Numbers of the keys that stores had before each key was wrapped by itself: derived from the root. */
const derived: readonly (readonly [DeviceKeyName, number])[] = [
  ['epoch-wrap', 1],
  ['lookup', 2],
  ['pin-pepper', 3],
  ['device-secrets', 4],
  ['api-keys', 5],
  ['confidential', 6],
];

/**
 * The keys of a store that has no root slots yet: they go on as they are, so that nothing has to be sealed anew.
 *
 * @throws MenshenError `wrong-key`, `store-corrupt`.
 */
export function legacyKeys(db: Database, root: Uint8Array): Map<DeviceKeyName, Uint8Array> {
  const keys = new Map(derived.map(([name, id]) => [name, deriveKey(root, context, id)] as const));
  const secrets = keys.get('device-secrets') ?? new Uint8Array(32);
  if (!opensCheck(db, secrets)) {
    for (const key of keys.values()) key.fill(0);
    throw wrongKey();
  }
  return keys.set('signing', unseal(secrets, meta(db, 'signing_seed'), 'menshen:signing-seed'));
}

export const wrongKey = (): MenshenError =>
  new MenshenError('wrong-key', 'This root key belongs to another store. Nothing was changed; give the right key.');

/** @throws MenshenError `store-corrupt`. */
export function meta(db: Database, name: string): Uint8Array {
  const row = db.get('SELECT value FROM meta WHERE name = ?', name);
  if (row === undefined)
    throw new MenshenError('store-corrupt', `The store lacks its ${name}; it was not made to the end.`);
  return bytesOf(row, 'value');
}

function opensCheck(db: Database, key: Uint8Array): boolean {
  try {
    return equalBytes(unseal(key, meta(db, 'root_check'), 'menshen:root-check'), checkText);
  } catch (cause) {
    if (cause instanceof MenshenError && cause.code === 'integrity-violation') return false;
    throw cause;
  }
}
