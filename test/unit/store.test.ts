import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemRandomness } from '#menshen/platform/index.js';
import { createKeyFile, createPassphraseSalt, readRootKey, type Store, storeExists } from '#menshen/store/index.js';
import { createTestStore, openTestStore, rawDatabase, rootKey, tempFolder } from '../support/temp-store.js';

const coded = (code: string) => expect.objectContaining({ name: 'MenshenError', code });
const times = { nowMs: 1000, expiresAtMs: 2000 };
const vector = Float32Array.of(0.6, 0.8);
const database = (folder: string): string => join(folder, 'menshen.db');

/** A store with one person who has everything, closed again. */
function filledStore(): { folder: string; subjectId: string; templateId: string; cardId: string } {
  const folder = tempFolder();
  const store = createTestStore(folder);
  const filled = { folder, ...fill(store, 'P1', '04A1') };
  store.close();
  return filled;
}

function fill(store: Store, personNumber: string, cardNumber: string) {
  const { id: subjectId } = store.subjects.add({ personNumber, displayName: `name of ${personNumber}` }, 'adult', times);
  const template = store.templates.add({
    ...{ subjectId, consentId: `c-${personNumber}`, modelId: 'm', frames: 5, forIdentification: true, createdAtMs: 1, vector },
  });
  store.credentials.setPin(subjectId, { salt: new Uint8Array(16), verifier: new Uint8Array(32) }, 1);
  return { subjectId, templateId: template.id, cardId: store.credentials.addCard(subjectId, cardNumber, 1) };
}

describe('a new store', () => {
  it('keeps what it was given until it is opened again', () => {
    const { folder, subjectId, templateId, cardId } = filledStore();
    const store = openTestStore(folder);
    expect([
      store.subjects.profile(subjectId),
      store.templates.withVector(templateId, (stored) => [...stored]),
      store.credentials.cardNumber(cardId),
    ]).toEqual([{ personNumber: 'P1', displayName: 'name of P1' }, [...vector], '04A1']);
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
    const modes = ['', 'menshen.db', 'epoch', 'epoch/epoch-1.key'].map((name) => statSync(join(folder, name)).mode & 0o077);
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
    expect([...plain, stored.includes(Buffer.from(vector.buffer))]).toEqual([false, false, false, false]);
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

describe('stored rows', () => {
  it('are of strict tables only', () => {
    const { folder } = filledStore();
    const loose = rawDatabase(folder, (db) =>
      db.prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'`).all(),
    );
    expect(loose).toEqual([]);
  });

  it('of another type than the schema says are refused by the database itself', () => {
    const { folder } = filledStore();
    expect(() => rawDatabase(folder, (db) => db.exec(`UPDATE subject SET expires_at = 'never'`))).toThrow(/TEXT/);
  });

  it('are overwritten when they are deleted', () => {
    const { folder, subjectId } = filledStore();
    const sealed = rawDatabase(folder, (db) => db.prepare('SELECT sealed FROM template').pluck().get()) as Buffer;
    const store = openTestStore(folder);
    store.subjects.remove(subjectId);
    store.vault.recover();
    const files = readdirSync(folder).filter((name) => name.startsWith('menshen.db'));
    expect(files.filter((name) => readFileSync(join(folder, name)).includes(sealed))).toEqual([]);
  });
});

describe('sealed rows of two people that change places', () => {
  function swapped(table: string, column: string, where = '') {
    const folder = tempFolder();
    const store = createTestStore(folder);
    const people = [fill(store, 'P1', '04A1'), fill(store, 'P2', '04A2')] as const;
    store.close();
    rawDatabase(folder, (db) => {
      const rows = db.prepare(`SELECT rowid AS at, ${column} AS value FROM ${table} ${where}`).all() as { at: number; value: Buffer }[];
      const update = db.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`);
      rows.forEach(({ at }, i) => void update.run(rows[(i + 1) % rows.length]?.value, at));
      expect(rows).toHaveLength(2);
    });
    return { store: openTestStore(folder), person: people[0] };
  }

  it('are detected: templates', () => {
    const { store, person } = swapped('template', 'sealed');
    expect(() => store.templates.withVector(person.templateId, () => 1)).toThrow(coded('integrity-violation'));
  });

  it('are detected: profiles', () => {
    const { store, person } = swapped('subject', 'profile');
    expect(() => store.subjects.profile(person.subjectId)).toThrow(coded('integrity-violation'));
  });

  it('are detected: card numbers', () => {
    const { store, person } = swapped('card', 'sealed');
    expect(() => store.credentials.cardNumber(person.cardId)).toThrow(coded('integrity-violation'));
  });

  it.each(['face', 'profile'])('are detected: %s keys', (purpose) => {
    const { store, person } = swapped('wrapped_key', 'wrapped', `WHERE purpose = '${purpose}'`);
    const used = () =>
      purpose === 'face'
        ? store.templates.withVector(person.templateId, () => 1)
        : store.subjects.profile(person.subjectId);
    expect(used).toThrow(coded('integrity-violation'));
  });

  it.each(['consent_id', 'model_id'])('are detected: templates that were given another %s', (column) => {
    const { folder, templateId } = filledStore();
    rawDatabase(folder, (db) => db.exec(`UPDATE template SET ${column} = 'other'`));
    expect(() => openTestStore(folder).templates.withVector(templateId, () => 1)).toThrow(coded('integrity-violation'));
  });

  it('are detected: a template with its key that was given to another person', () => {
    const folder = tempFolder();
    const store = createTestStore(folder);
    const one = fill(store, 'P1', '04A1');
    const other = store.subjects.add({}, 'adult', times);
    store.close();
    rawDatabase(folder, (db) => {
      for (const table of ['template', 'wrapped_key'])
        db.prepare(`UPDATE ${table} SET subject_id = ? WHERE subject_id = ?`).run(other.id, one.subjectId);
    });
    expect(() => openTestStore(folder).templates.withVector(one.templateId, () => 1)).toThrow(coded('integrity-violation'));
  });
});

describe('a root key', () => {
  const keyFile = (): string => {
    const path = join(tempFolder(), 'keys', 'root.key');
    createKeyFile(path, systemRandomness);
    return path;
  };

  it('in a file is 32 bytes that only the owner can read', () => {
    const path = keyFile();
    expect([readRootKey({ kind: 'file', path }).length, statSync(path).mode & 0o777]).toEqual([32, 0o600]);
  });

  it('is never overwritten', () => {
    const path = keyFile();
    const before = readFileSync(path);
    expect(() => createKeyFile(path, systemRandomness)).toThrow(coded('store-exists'));
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it.each(['640', '604', '660', '620'])('in a file of mode %s is refused', (mode) => {
    const path = keyFile();
    chmodSync(path, Number.parseInt(mode, 8));
    expect(() => readRootKey({ kind: 'file', path })).toThrow(coded('key-file-exposed'));
  });

  it('of the wrong length is refused', () => {
    const path = keyFile();
    truncateSync(path, 31);
    expect(() => readRootKey({ kind: 'file', path })).toThrow(coded('key-source-unusable'));
  });

  it('that is not there is refused', () => {
    expect(() => readRootKey({ kind: 'file', path: '/nowhere/root.key' })).toThrow(coded('key-source-unusable'));
  });

  it('from a passphrase is the same each time, and another with another salt', () => {
    const salts = [join(tempFolder(), 'salt'), join(tempFolder(), 'salt')];
    for (const path of salts) createPassphraseSalt(path, systemRandomness);
    const [one, again, other] = [salts[0], salts[0], salts[1]].map((saltPath = '') =>
      readRootKey({ kind: 'passphrase', passphrase: Buffer.from('correct horse battery'), saltPath }),
    );
    expect([Buffer.compare(one ?? key0, again ?? key0), Buffer.compare(one ?? key0, other ?? key0) === 0]).toEqual([0, false]);
  });

  it('from a short or missing passphrase is refused', () => {
    const source = { kind: 'passphrase', passphrase: Buffer.from('too short'), saltPath: '/nowhere' } as const;
    expect(() => readRootKey(source)).toThrow(coded('key-source-unusable'));
  });

  it.each([
    ['is not there', 'root', undefined],
    ['would be read from elsewhere', '../root', '.'],
  ])('from a systemd credential that %s is refused', (_why, name, directory) => {
    expect(() => readRootKey({ kind: 'systemd-credential', name, directory })).toThrow(coded('key-source-unusable'));
  });

  it('from a systemd credential may be longer than a key, but not shorter', () => {
    const directory = tempFolder();
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'long'), Buffer.alloc(64, 1));
    writeFileSync(join(directory, 'short'), Buffer.alloc(16, 1));
    expect(readRootKey({ kind: 'systemd-credential', name: 'long', directory })).toHaveLength(32);
    expect(() => readRootKey({ kind: 'systemd-credential', name: 'short', directory })).toThrow(coded('key-source-unusable'));
  });
});

const key0 = new Uint8Array(32);

describe('the space held back for audit records', () => {
  it('is real, is given back once, and is taken again', () => {
    const folder = tempFolder();
    const { reserve } = createTestStore(folder);
    const path = join(folder, 'audit-reserve');
    expect([reserve.take(), statSync(path).blocks * 512 >= 1024 * 1024]).toEqual([true, true]);
    expect([reserve.release(), existsSync(path), reserve.release()]).toEqual([true, false, false]);
    expect(reserve.take()).toBe(true);
  });
});
