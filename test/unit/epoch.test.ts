import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deriveKey, keyBytes, unseal } from '#menshen/crypto/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import { Store } from '#menshen/store/index.js';
import { addConsentRow } from '../support/consent-row.js';
import {
  copyOfFolder,
  createTestStore,
  openTestStore,
  rawDatabase,
  rootKey,
  tempFolder,
} from '../support/temp-store.js';

const vector = Float32Array.of(1, 0);

interface Person {
  readonly subjectId: string;
  readonly templateId: string;
}

function addPerson(store: Store, personNumber: string): Person {
  const { id: subjectId } = store.subjects.add({ personNumber }, 'adult', { nowMs: 1, expiresAtMs: 2 });
  addConsentRow(store, subjectId, `c-${personNumber}`);
  const template = store.templates.add({
    ...{
      subjectId,
      consentId: `c-${personNumber}`,
      modelId: 'm',
      frames: 5,
      forIdentification: false,
      createdAtMs: 1,
      vector,
    },
  });
  return { subjectId, templateId: template.id };
}

function storeOfTwo(): { folder: string; store: Store; gone: Person; stays: Person } {
  const folder = tempFolder();
  const store = createTestStore(folder);
  return { folder, store, gone: addPerson(store, 'P1'), stays: addPerson(store, 'P2') };
}

function erase(store: Store, person: Person): Promise<void> {
  store.subjects.remove(person.subjectId);
  return store.vault.advancePast(store.vault.newestEpoch);
}
const opens = (store: Store, { templateId, subjectId }: Person): boolean => {
  try {
    return (
      store.templates.withVector(templateId, (found) => found[0] === 1) &&
      store.subjects.profile(subjectId) !== undefined
    );
  } catch {
    return false;
  }
};
const epochFiles = (folder: string): string[] => readdirSync(join(folder, 'epoch')).sort();

function wrappedKeys(
  folder: string,
  subjectId: string,
): { id: string; purpose: string; consent_id: string; wrap_even: Buffer; wrap_odd: Buffer }[] {
  return rawDatabase(folder, (db) =>
    db.prepare('SELECT * FROM wrapped_key WHERE subject_id = ?').all(subjectId),
  ) as never;
}

function unwrapped(folder: string, epoch: number, subjectId: string, rows: ReturnType<typeof wrappedKeys>): number {
  const wrapKey = epochWrapKey(folder);
  const file = new Uint8Array(readFileSync(join(folder, 'epoch', `epoch-${epoch}.key`)));
  const epochKey = unseal(wrapKey, file, `menshen:epoch:${epoch}`);
  const wraps = rows.flatMap((row) => [
    { ...row, claimed: 1, wrapped: row.wrap_odd },
    { ...row, claimed: 2, wrapped: row.wrap_even },
  ]);
  return wraps.filter(({ id, purpose, consent_id, claimed, wrapped }) => {
    try {
      const bound = `menshen:key:${id}:${purpose}:${subjectId}:${consent_id}:${claimed}`;
      return unseal(epochKey, wrapped, bound).length === keyBytes;
    } catch {
      return false;
    }
  }).length;
}

/** What a thief who has the root key opens on the way to the epoch keys. */
function epochWrapKey(folder: string): Uint8Array {
  const wrapped = (sql: string) =>
    rawDatabase(folder, (db) => new Uint8Array((db.prepare(sql).get() as { wrapped: Buffer }).wrapped));
  const slot = wrapped('SELECT wrapped FROM root_slot');
  const master = unseal(deriveKey(rootKey(), 'menshen1', 7), slot, 'menshen:root-slot:1');
  const row = wrapped(`SELECT wrapped FROM device_key WHERE name = 'epoch-wrap'`);
  return unseal(master, row, 'menshen:device-key:epoch-wrap:1');
}

describe('erasing a person', () => {
  it('leaves the others readable, now and after a restart', async () => {
    const { folder, store, gone, stays } = storeOfTwo();
    await erase(store, gone);
    const now = [opens(store, gone), opens(store, stays)];
    store.close();
    const later = openTestStore(folder);
    expect([...now, opens(later, gone), opens(later, stays)]).toEqual([false, true, false, true]);
  });

  it('leaves the new epoch’s key only, and an empty log', async () => {
    const { folder, store, gone } = storeOfTwo();
    await erase(store, gone);
    expect([epochFiles(folder), readFileSync(join(folder, 'menshen.db-wal')).length]).toEqual([['epoch-2.key'], 0]);
  });

  it('keeps people who are added while it runs', async () => {
    const { store, gone } = storeOfTwo();
    const running = erase(store, gone);
    const added = addPerson(store, 'P3');
    await running;
    expect(opens(store, added)).toBe(true);
  });

  it('moves the keys of everybody who stays, however many they are', async () => {
    const { folder, store, gone } = storeOfTwo();
    const many = store.transaction(() => Array.from({ length: 1100 }, (_, i) => addPerson(store, `N${i}`)));
    await erase(store, gone);
    store.close();
    const reopened = openTestStore(folder);
    const left = many.filter((person) => opens(reopened, person)).length;
    expect([left, opens(reopened, gone), reopened.vault.epoch]).toEqual([1100, false, 2]);
  });

  it('takes its turn when another erasure runs', async () => {
    const { folder, store, gone, stays } = storeOfTwo();
    const third = addPerson(store, 'P3');
    await Promise.all([erase(store, gone), erase(store, stays)]);
    expect([opens(store, gone), opens(store, stays), opens(store, third), epochFiles(folder)]).toEqual([
      false,
      false,
      true,
      [`epoch-${store.vault.epoch}.key`],
    ]);
  });

  it('that is cut while it is prepared, because the store is closed, leaves the old epoch in force', async () => {
    const { folder, store, stays } = storeOfTwo();
    const cut = store.vault.advancePast(1);
    await Promise.resolve();
    const preparing = epochFiles(folder);
    store.close();
    expect(preparing).toEqual(['epoch-1.key', 'epoch-2.key']);
    await expect(cut).rejects.toMatchObject({ code: 'store-locked' });
    const reopened = openTestStore(folder);
    expect([opens(reopened, stays), epochFiles(folder), reopened.vault.epoch]).toEqual([true, ['epoch-1.key'], 1]);
  });

  it('shares the epoch of one that was deleted before the same preparation', async () => {
    const { store, gone, stays } = storeOfTwo();
    await Promise.all([erase(store, gone), erase(store, stays)]);
    expect(store.vault.epoch).toBe(2);
  });

  it('does not share the epoch of a preparation that had begun before it', async () => {
    const { store, gone, stays } = storeOfTwo();
    const first = erase(store, gone);
    await Promise.resolve();
    await Promise.all([first, erase(store, stays)]);
    expect(store.vault.epoch).toBe(3);
  });

  it('is not stopped by a key of that person that no longer opens', async () => {
    const { folder, store, gone, stays } = storeOfTwo();
    store.close();
    rawDatabase(folder, (db) =>
      db.prepare('UPDATE wrapped_key SET wrap_odd = zeroblob(72) WHERE subject_id = ?').run(gone.subjectId),
    );
    const reopened = openTestStore(folder);
    await erase(reopened, gone);
    expect([reopened.subjects.get(gone.subjectId), opens(reopened, stays)]).toEqual([undefined, true]);
  });
});

describe('a copy of the database from before the erasure', () => {
  /** What a thief has who knows everything of today, the root key included: the old rows and today's epoch key. */
  async function thiefsHaul() {
    const { folder, store, gone, stays } = storeOfTwo();
    store.close();
    const old = copyOfFolder(folder);
    const today = openTestStore(folder);
    await erase(today, gone);
    today.close();
    return { folder, old, gone, stays };
  }

  it('opened that person’s keys with the epoch key of its time (so the next test can fail)', async () => {
    const { old, gone } = await thiefsHaul();
    expect(unwrapped(old, 1, gone.subjectId, wrappedKeys(old, gone.subjectId))).toBe(2);
  });

  it('opens nothing of that person with today’s epoch key, while today’s rows of the others open', async () => {
    const { folder, old, gone, stays } = await thiefsHaul();
    expect([
      unwrapped(folder, 2, gone.subjectId, wrappedKeys(old, gone.subjectId)),
      unwrapped(folder, 2, stays.subjectId, wrappedKeys(folder, stays.subjectId)),
    ]).toEqual([0, 2]);
  });

  it('does not start beside today’s epoch key', async () => {
    const { folder, old } = await thiefsHaul();
    rmSync(join(old, 'epoch'), { recursive: true });
    cpSync(join(folder, 'epoch'), join(old, 'epoch'), { recursive: true });
    expect(() => openTestStore(old)).toThrow(expect.objectContaining({ code: 'store-rolled-back' }));
  });

  it('does not start with today’s epoch key under the old name', async () => {
    const { folder, old } = await thiefsHaul();
    cpSync(join(folder, 'epoch', 'epoch-2.key'), join(old, 'epoch', 'epoch-1.key'));
    expect(() => openTestStore(old)).toThrow(expect.objectContaining({ code: 'integrity-violation' }));
  });
});

describe('a crash during an erasure', () => {
  /** Copies the folder whenever the store asks for random bytes, which it does at every step, and at the end. */
  async function snapshots() {
    const folder = tempFolder();
    const taken: { folder: string; epochInFiles: string[] }[] = [];
    let watching = false;
    const snap = () => {
      if (!watching) return;
      const copy = copyOfFolder(folder);
      taken.push({ folder: copy, epochInFiles: epochFiles(copy) });
    };
    const randomness = {
      bytes: (count: number) => {
        snap();
        return systemRandomness.bytes(count);
      },
    };
    const store = Store.create(folder, rootKey(), { randomness, auditReserveMiB: 1 });
    const [gone, stays] = [addPerson(store, 'P1'), addPerson(store, 'P2')];
    watching = true;
    snap();
    await erase(store, gone);
    snap();
    watching = false;
    store.close();
    return { taken, gone, stays };
  }

  it('at any step leaves the others whole, the deleted person deleted, and one epoch key', async () => {
    const { taken, gone, stays } = await snapshots();
    const outcomes = taken.map(({ folder }) => {
      const store = openTestStore(folder);
      const outcome = { stays: opens(store, stays), gone: opens(store, gone), files: epochFiles(folder).length };
      store.close();
      return outcome;
    });
    expect(outcomes.length).toBeGreaterThan(4);
    expect(outcomes).toEqual(outcomes.map((_, i) => ({ stays: true, gone: i === 0, files: 1 })));
  });

  it('is seen on both sides of the switch by the tests around this one', async () => {
    const { taken } = await snapshots();
    const epochs = taken.map(({ folder }) => {
      const store = openTestStore(folder);
      const { epoch } = store.vault;
      store.close();
      return epoch;
    });
    expect([...new Set(epochs)]).toEqual([1, 2]);
  });

  it('leaves no wrap of the deleted person under the next key, at any step', async () => {
    const { taken, gone } = await snapshots();
    const both = taken.filter(({ epochInFiles }) => epochInFiles.includes('epoch-2.key'));
    const rows = both.flatMap(({ folder }) => wrappedKeys(folder, gone.subjectId));
    expect([both.length > 0, rows]).toEqual([true, []]);
  });

  it('after the commit has left both keys there (so the test above saw that step)', async () => {
    const { taken, gone } = await snapshots();
    const both = taken.filter(({ epochInFiles }) => epochInFiles.length === 2);
    const committed = both.filter(({ folder }) => {
      const store = openTestStore(folder);
      const erased = !opens(store, gone);
      store.close();
      return erased;
    });
    expect(committed.length).toBeGreaterThan(0);
  });

  it('while the new key was being written leaves no half key behind', () => {
    const { folder, store, gone } = storeOfTwo();
    store.close();
    writeFileSync(join(folder, 'epoch', 'epoch-2.key.new'), 'half');
    const reopened = openTestStore(folder);
    expect([opens(reopened, gone), epochFiles(folder)]).toEqual([true, ['epoch-1.key']]);
  });

  it('can be followed by the same erasure', async () => {
    const { taken, gone, stays } = await snapshots();
    const first = taken[1];
    const store = openTestStore(first?.folder ?? 'none');
    await erase(store, gone);
    expect([
      opens(store, gone),
      opens(store, stays),
      existsSync(join(first?.folder ?? '', 'epoch', 'epoch-1.key')),
    ]).toEqual([false, true, false]);
  });
});
