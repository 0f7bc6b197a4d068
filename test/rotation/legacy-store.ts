import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deriveKey, keyedHash, seal } from '#menshen/crypto/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import { createKeyFile, readKeyFile, Store } from '#menshen/store/index.js';
import { rawDatabase, tempFolder } from '../support/temp-store.js';

/**
 * A store as it was before each key was wrapped by itself: keys derived from the root, the signing seed sealed in `meta`.
 * Made from a new one by writing the former rows in place of the new ones.
 */
export function legacyFolder(): string {
  const folder = tempFolder();
  const keyFile = join(folder, 'root.key');
  createKeyFile(keyFile, systemRandomness);
  const place = join(folder, 'store');
  const store = Store.create(place, readKeyFile(keyFile), { randomness: systemRandomness, auditReserveMiB: 1 });
  const { id } = store.subjects.add({ personNumber: 'P1' }, 'adult', { nowMs: 1, expiresAtMs: 8.64e15 });
  const epochKey = store.keys.unseal('epoch-wrap', new Uint8Array(readEpoch(place)), 'menshen:epoch:1');
  const seed = Uint8Array.from(store.keys.current('signing').bytes);
  const head = store.auditLog.head();
  store.close();
  const key = (number: number) => deriveKey(readKeyFile(keyFile), 'menshen1', number);
  writeEpoch(place, seal(key(1), epochKey, 'menshen:epoch:1', systemRandomness));
  rawDatabase(place, (db) => {
    db.exec('DELETE FROM root_slot; DELETE FROM device_key;');
    const put = (name: string, value: Uint8Array) =>
      db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(name, value);
    put('root_check', seal(key(4), Buffer.from('menshen root key check 1'), 'menshen:root-check', systemRandomness));
    put('signing_seed', seal(key(4), seed, 'menshen:signing-seed', systemRandomness));
    const text = JSON.stringify({
      seq: head?.seq,
      eventSerial: head?.eventSerial,
      hash: Buffer.from(head?.hash ?? []).toString('hex'),
    });
    put('audit_head', seal(key(4), Buffer.from(text), 'menshen:audit-head', systemRandomness));
    db.prepare('UPDATE subject SET person_index = ? WHERE id = ?').run(keyedHash(key(2), 'person:P1'), id);
  });
  return folder;
}

const epochFile = (place: string): string => join(place, 'epoch', 'epoch-1.key');
const readEpoch = (place: string): Buffer => readFileSync(epochFile(place));
function writeEpoch(place: string, bytes: Uint8Array): void {
  writeFileSync(epochFile(place), bytes, { mode: 0o600 });
}
