import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, afterEach } from 'vitest';
import { systemRandomness } from '#menshen/platform/index.js';
import { Store } from '#menshen/store/index.js';

const folders: string[] = [];
const stores: Store[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const options = { randomness: systemRandomness, auditReserveMiB: 1 };

/** A folder of its own, gone after the file's tests. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-unit-'));
  folders.push(folder);
  return folder;
}

/** The root key of every test store; a fresh copy each time, because the store wipes what it is given. */
export const rootKey = (): Uint8Array => new Uint8Array(32).fill(7);

/** A new store that is closed after the test. */
export function createTestStore(folder: string = tempFolder()): Store {
  return kept(Store.create(folder, rootKey(), options));
}

/** Opens a store that was made before (and closed since). */
export function openTestStore(folder: string, key: Uint8Array = rootKey()): Store {
  return kept(Store.open(folder, key, options));
}

/** A copy of everything in a store's folder, as a backup or a thief would take it, or as a crash would leave it. */
export function copyOfFolder(folder: string): string {
  const copy = tempFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** The database under the store, opened behind its back; the store must be closed. */
export function rawDatabase<T>(folder: string, use: (db: Sqlite.Database) => T): T {
  const db = new Sqlite(join(folder, 'menshen.db'));
  try {
    return use(db);
  } finally {
    db.close();
  }
}

function kept(store: Store): Store {
  stores.push(store);
  return store;
}
