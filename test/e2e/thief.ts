/** What somebody can do who has the files of a store: copy them, forge them, and open them with the keys of the device. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { systemRandomness } from '#menshen/platform/index.js';
import { readRootKey, Store } from '#menshen/store/index.js';
import { packedVector } from '#menshen/store/packed-vector.js';
import { temporaryFolder } from '../support/files.js';
import type { Gate } from './gate.js';

export interface Enrolled {
  readonly subjectId: string;
  /** As the interface says it of an enrolled person. */
  readonly modelId: string;
}

/** The database with its log and the epoch's key, as they lie on the disk of the running device. */
export function copyStore(gate: Gate, to = join(temporaryFolder(), 'store')): string {
  mkdirSync(to, { recursive: true });
  const { folder } = gate.site.config.store;
  for (const name of ['menshen.db', 'menshen.db-wal', 'epoch'])
    cpSync(join(folder, name), join(to, name), { recursive: true });
  return to;
}

/** An old copy beside the epoch keys that the device has now. */
export function copyWithTodaysEpoch(gate: Gate, old: string): string {
  const copy = join(temporaryFolder(), 'store');
  cpSync(old, copy, { recursive: true });
  rmSync(join(copy, 'epoch'), { recursive: true });
  cpSync(join(gate.site.config.store.folder, 'epoch'), join(copy, 'epoch'), { recursive: true });
  return copy;
}

/** Opens a copy with the root key of the device. The caller closes it. */
export function openCopy(folder: string, gate: Gate): Store {
  const { key } = gate.site.config.store;
  if (key.kind !== 'file') throw new Error('the site has a key file');
  return Store.open(folder, readRootKey(key), { randomness: systemRandomness, auditReserveMiB: 1 });
}

/** Makes a copy of a database say that its epoch is the one of this key file. */
export function nameEpoch(folder: string, keyFile: string): void {
  const database = new Sqlite(join(folder, 'menshen.db'));
  const epoch = /\d+/.exec(keyFile)?.[0] ?? '';
  database.prepare(`UPDATE meta SET value = ? WHERE name = 'epoch'`).run(Buffer.from(epoch));
  database.close();
}

/** Bytes from the middle of the person's template, also as it is packed, the key of their face and the key of their profile; closes the store. */
export function secretsOf(store: Store, person: Enrolled): readonly Uint8Array[] {
  const faceKey = Uint8Array.from(store.vault.openFace(person.subjectId, templateOf(store, person).keyId));
  const profileKey = Uint8Array.from(store.vault.profileKey(person.subjectId));
  const packed = store.templates.withVector(templateOf(store, person).id, (vector) => {
    const bytes = packedVector(vector);
    return bytes.slice(bytes.length >> 1, (bytes.length >> 1) + 32);
  });
  const secrets = [vectorOf(store, person), packed, faceKey, profileKey];
  store.close();
  return secrets;
}

/**
 * Floats from the middle of the person's template: a scan of memory finds them where they nearly stand, and so as they
 * were before they were rounded to be stored.
 */
export function componentsOf(store: Store, person: Enrolled): Float32Array {
  return store.templates.withVector(templateOf(store, person).id, (vector) =>
    vector.slice(vector.length >> 1, (vector.length >> 1) + 24),
  );
}

/** Bytes from the middle of the person's template. */
export function vectorOf(store: Store, person: Enrolled): Uint8Array {
  return store.templates.withVector(templateOf(store, person).id, (vector) => {
    const middle = vector.byteOffset + (vector.byteLength >> 1);
    return new Uint8Array(vector.buffer, middle, 32).slice();
  });
}

function templateOf(store: Store, { subjectId, modelId }: Enrolled) {
  const template = store.templates.ofSubject(subjectId, modelId);
  if (template === undefined) throw new Error('this copy holds no template of the person');
  return template;
}
