import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { storeExists } from '#menshen/store/index.js';
import { packedVector, unpackedVector } from '#menshen/store/packed-vector.js';
import { createTestStore, openTestStore, rawDatabase, rootKey, tempFolder } from '../support/temp-store.js';
import { fill, filledStore, times, vector } from './fixtures/filled-store.js';

const coded = (code: string) => expect.objectContaining({ name: 'MenshenError', code });
const database = (folder: string): string => join(folder, 'menshen.db');

describe('a new store', () => {
  it('keeps what it was given until it is opened again', () => {
    const { folder, subjectId, templateId, cardId } = filledStore();
    const store = openTestStore(folder);
    expect([
      store.subjects.profile(subjectId),
      store.templates.withVector(templateId, (stored) => [...stored]),
      store.credentials.cardNumber(subjectId, cardId),
    ]).toEqual([{ personNumber: 'P1', displayName: 'name of P1' }, [...unpackedVector(packedVector(vector))], '04A1']);
  });

  it('signs with the same key after it was opened again', () => {
    const folder = tempFolder();
    const store = createTestStore(folder);
    const { keyId } = store.signingKey;
    store.close();
    expect(openTestStore(folder).signingKey.keyId).toBe(keyId);
  });

  it('can be read by its owner only', () => {
    const { folder } = filledStore();
    const modes = ['', 'menshen.db', 'epoch', 'epoch/epoch-1.key'].map(
      (name) => statSync(join(folder, name)).mode & 0o077,
    );
    expect(modes).toEqual([0, 0, 0, 0]);
  });

  it('never takes the place of one that is there', () => {
    const { folder, subjectId } = filledStore();
    expect(() => createTestStore(folder)).toThrow(coded('store-exists'));
    expect(openTestStore(folder).subjects.get(subjectId)).toBeDefined();
  });

  it('wipes the root key it was given', () => {
    const { folder } = filledStore();
    const key = rootKey();
    openTestStore(folder, key);
    expect([...key].every((byte) => byte === 0)).toBe(true);
  });

  it('holds no name, person number, card number or vector in the clear', () => {
    const { folder } = filledStore();
    const stored = readFileSync(database(folder));
    const plain = ['name of P1', 'P1"', '04A1'].map((text) => stored.includes(text));
    const forms = [Buffer.from(vector.buffer), Buffer.from(packedVector(vector))];
    expect([...plain, ...forms.map((form) => stored.includes(form))]).toEqual([false, false, false, false, false]);
  });

  it('takes no second person of the same number and no second holder of a card', () => {
    const store = createTestStore();
    fill(store, 'P1', '04A1');
    expect(() => store.subjects.add({ personNumber: 'P1' }, 'adult', times)).toThrow(coded('conflict'));
    const { id } = store.subjects.add({}, 'adult', times);
    expect(() => store.credentials.addCard(id, '04A1', 1)).toThrow(coded('conflict'));
  });

  it('gives all of a transaction or nothing', () => {
    const store = createTestStore();
    expect(() =>
      store.transaction(() => {
        fill(store, 'P1', '04A1');
        throw new Error('half-way');
      }),
    ).toThrow('half-way');
    expect([store.subjects.count(), store.templates.count()]).toEqual([0, 0]);
  });
});

describe('opening a store', () => {
  it('is refused where there is none, and makes none', () => {
    const folder = tempFolder();
    expect(() => openTestStore(folder)).toThrow(coded('store-missing'));
    expect(storeExists(folder)).toBe(false);
  });

  it('is refused with another root key, and changes nothing', () => {
    const { folder } = filledStore();
    // SQLite counts every open in the first 100 bytes; what is stored comes after them.
    const content = () => readFileSync(database(folder)).subarray(100);
    const before = content();
    expect(() => openTestStore(folder, new Uint8Array(32).fill(8))).toThrow(coded('wrong-key'));
    expect(content().equals(before)).toBe(true);
  });

  it('is refused while another has it open, who is not disturbed', () => {
    const folder = tempFolder();
    const store = createTestStore(folder);
    expect(() => openTestStore(folder)).toThrow(coded('store-locked'));
    expect(fill(store, 'P1', '04A1').subjectId).toMatch(/^s-/);
  });

  it('is refused when a newer version wrote it, and leaves it as it was', () => {
    const { folder } = filledStore();
    rawDatabase(folder, (db) => db.pragma('user_version = 99'));
    const before = readFileSync(database(folder));
    expect(() => openTestStore(folder)).toThrow(coded('store-newer'));
    expect(readFileSync(database(folder)).equals(before)).toBe(true);
  });

  it('is refused when the file is no database', () => {
    const { folder } = filledStore();
    writeFileSync(database(folder), Buffer.alloc(8192, 'x'));
    expect(() => openTestStore(folder)).toThrow(coded('store-corrupt'));
  });

  it('is refused when the file was cut to its first page', () => {
    const { folder } = filledStore();
    truncateSync(database(folder), 4096);
    expect(() => openTestStore(folder)).toThrow(coded('store-corrupt'));
  });

  it('is refused when its making was cut short', () => {
    const { folder } = filledStore();
    rawDatabase(folder, (db) => db.exec('DELETE FROM meta'));
    expect(() => openTestStore(folder)).toThrow(coded('store-corrupt'));
  });

  it('is refused when its epoch key is gone, as after a restored backup', () => {
    const { folder } = filledStore();
    writeFileSync(join(folder, 'epoch', 'epoch-1.key'), '');
    expect(() => openTestStore(folder)).toThrow(coded('integrity-violation'));
  });

  it('can be tried again with the right key after a wrong one', () => {
    const { folder, subjectId } = filledStore();
    expect(() => openTestStore(folder, new Uint8Array(32).fill(8))).toThrow();
    expect(openTestStore(folder).subjects.get(subjectId)).toBeDefined();
  });

  it('reports damage inside the file', () => {
    const { folder } = filledStore();
    const bytes = readFileSync(database(folder));
    bytes.fill(0xff, bytes.length - 4096, bytes.length - 4000);
    writeFileSync(database(folder), bytes);
    expect(openTestStore(folder).integrityProblem()).toBeDefined();
  });
});

describe('the space held back for audit records', () => {
  it('is real, is given back once, and is taken again', () => {
    const folder = tempFolder();
    const { reserve } = createTestStore(folder);
    const path = join(folder, 'audit-reserve');
    expect([reserve.restore(), statSync(path).blocks * 512 >= 1024 * 1024]).toEqual([true, true]);
    expect([reserve.release(), existsSync(path), reserve.release()]).toEqual([true, false, false]);
    expect(reserve.restore()).toBe(true);
  });
});
