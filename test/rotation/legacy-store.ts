import { join } from 'node:path';
import { keyedHash } from '#menshen/crypto/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import { createKeyFile, readKeyFile, Store } from '#menshen/store/index.js';
import { makeLegacy } from '../../scripts/break/legacy-store.mjs';
import { tempFolder } from '../support/temp-store.js';

/** A store with person P1 as it was before each key was wrapped by itself. */
export function legacyFolder(): string {
  const folder = tempFolder();
  const keyFile = join(folder, 'root.key');
  createKeyFile(keyFile, systemRandomness);
  const place = join(folder, 'store');
  const store = Store.create(place, readKeyFile(keyFile), { randomness: systemRandomness, auditReserveMiB: 1 });
  const { id } = store.subjects.add({ personNumber: 'P1' }, 'adult', { nowMs: 1, expiresAtMs: 8.64e15 });
  store.close();
  makeLegacy(
    place,
    () => readKeyFile(keyFile),
    (db, key) => {
      db.prepare('UPDATE subject SET person_index = ? WHERE id = ?').run(keyedHash(key(2), 'person:P1'), id);
    },
  );
  return folder;
}
