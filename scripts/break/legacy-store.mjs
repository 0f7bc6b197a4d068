import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { deriveKey, seal } from '../../dist/crypto/index.js';
import { systemRandomness } from '../../dist/platform/index.js';
import { Store } from '../../dist/store/index.js';
import { storeOptions } from './site.mjs';

/**
 * Turns a store into one from before each key was wrapped by itself: keys derived from the root, the signing seed sealed in
 * `meta`. Numbers and cards keep the index of the keys that go, so nobody is found by them.
 *
 * @param {string} folder the store's, closed @param {() => Uint8Array} rootKey a new copy each time
 * @param {(db: import('better-sqlite3').Database, key: (number: number) => Uint8Array) => void} [alter] what else was otherwise
 */
export function makeLegacy(folder, rootKey, alter = () => undefined) {
  const store = Store.open(folder, rootKey(), storeOptions);
  const epochFile = path.join(folder, 'epoch', `epoch-${store.vault.epoch}.key`);
  const epochName = `menshen:epoch:${store.vault.epoch}`;
  const epochKey = store.keys.unseal('epoch-wrap', new Uint8Array(readFileSync(epochFile)), epochName);
  const seed = Uint8Array.from(store.keys.current('signing').bytes);
  const head = store.auditLog.head();
  store.close();
  const key = (/** @type {number} */ number) => deriveKey(rootKey(), 'menshen1', number);
  writeFileSync(epochFile, seal(key(1), epochKey, epochName, systemRandomness), { mode: 0o600 });
  const db = new Sqlite(path.join(folder, 'menshen.db'));
  try {
    db.exec('DELETE FROM root_slot; DELETE FROM device_key;');
    const put = (/** @type {string} */ name, /** @type {Uint8Array} */ value) =>
      db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(name, value);
    put('root_check', seal(key(4), Buffer.from('menshen root key check 1'), 'menshen:root-check', systemRandomness));
    put('signing_seed', seal(key(4), seed, 'menshen:signing-seed', systemRandomness));
    const sealedHead = {
      seq: head?.seq,
      eventSerial: head?.eventSerial,
      hash: Buffer.from(head?.hash ?? []).toString('hex'),
    };
    put('audit_head', seal(key(4), Buffer.from(JSON.stringify(sealedHead)), 'menshen:audit-head', systemRandomness));
    alter(db, key);
  } finally {
    db.close();
  }
}
