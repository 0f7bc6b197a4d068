import type Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { AuditTrail, verifyAudit } from '#menshen/audit/index.js';
import { canonicalJson, hash, keyIdOf, signingKeyFromSeed } from '#menshen/crypto/index.js';
import type { Store } from '#menshen/store/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { createTestStore, openTestStore, rawDatabase, tempFolder } from '../support/temp-store.js';

const trailOf = (store: Store): AuditTrail => new AuditTrail(store, new FakeClock());

/** Five entries, of which the first, third and fifth are events. */
function filledStore(): string {
  const folder = tempFolder();
  const store = createTestStore(folder);
  const trail = trailOf(store);
  for (const n of [1, 3, 5]) {
    trail.append('door.event', { n });
    if (n < 5) trail.append('pin.set', { n: n + 1 });
  }
  store.close();
  return folder;
}

async function problemAfter(change: (db: Sqlite.Database) => void): Promise<string | undefined> {
  const folder = filledStore();
  rawDatabase(folder, change);
  const { intact, problem } = await verifyAudit(openTestStore(folder));
  expect(intact).toBe(problem === undefined);
  return problem;
}

describe('the audit chain', () => {
  it('is intact as it was written', async () => {
    const result = await verifyAudit(openTestStore(filledStore()));
    expect(result).toMatchObject({
      intact: true,
      entries: 5,
      events: 3,
      headHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('is intact over more entries than are read at a time', async () => {
    const store = createTestStore();
    const trail = trailOf(store);
    store.transaction(() => {
      for (let n = 0; n < 401; n += 1) trail.append('pin.set', { n });
    });
    expect(await verifyAudit(store)).toMatchObject({ intact: true, entries: 401, events: 0 });
  });

  it.each([
    ['a body', `UPDATE audit SET body = '{"n":9}' WHERE seq = 3`, /entry 3 .* was changed/],
    ['a kind', `UPDATE audit SET kind = 'pin.removed' WHERE seq = 2`, /entry 2 .* was changed/],
    ['a time', 'UPDATE audit SET at = at + 1 WHERE seq = 2', /entry 2 .* was changed/],
    ['an event serial', 'UPDATE audit SET event_serial = 7 WHERE seq = 5', /entry 5 .* was changed/],
    ['an event made invisible', 'UPDATE audit SET event_serial = NULL WHERE seq = 5', /entry 5 .* was changed/],
    ['a key id', `UPDATE audit SET key_id = 'other' WHERE seq = 1`, /entry 1 .* was changed/],
    ['a link', 'UPDATE audit SET prev_hash = zeroblob(32) WHERE seq = 4', /entry 4 does not follow/],
    ['a hash', 'UPDATE audit SET hash = zeroblob(32) WHERE seq = 4', /entry 4 .* was changed/],
    ['a signature', 'UPDATE audit SET signature = zeroblob(64) WHERE seq = 4', /entry 4 carries a signature/],
    ['an entry removed', 'DELETE FROM audit WHERE seq = 3', /entry 3 is missing/],
    ['the first entry removed', 'DELETE FROM audit WHERE seq = 1', /entry 1 is missing/],
    [
      'a removed entry closed up',
      'DELETE FROM audit WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5',
      /entry 3 does not follow/,
    ],
    [
      'two entries that changed places',
      'UPDATE audit SET seq = 9 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 9',
      /entry 2 does not follow/,
    ],
    ['the newest entry cut off', 'DELETE FROM audit WHERE seq = 5', /tail was cut off/],
    ['several entries cut off', 'DELETE FROM audit WHERE seq > 2', /tail was cut off/],
    ['all entries cut off', 'DELETE FROM audit', /tail was cut off/],
    ['the sealed head altered', `UPDATE meta SET value = zeroblob(80) WHERE name = 'audit_head'`, /head was altered/],
    ['the sealed head removed', `DELETE FROM meta WHERE name = 'audit_head'`, /head is missing/],
  ])('shows %s', async (_what, sql, problem) => {
    expect(await problemAfter((db) => db.exec(sql))).toMatch(problem);
  });

  it('shows that all entries were cut off with the sealed head', async () => {
    expect(
      await problemAfter((db) => db.exec(`DELETE FROM audit; DELETE FROM meta WHERE name = 'audit_head'`)),
    ).toBeDefined();
  });

  it('shows an entry that another device signed, its hashes made to fit', async () => {
    const forger = signingKeyFromSeed(new Uint8Array(32).fill(66));
    const problem = await problemAfter((db) => {
      const row = db.prepare('SELECT * FROM audit WHERE seq = 5').get() as {
        at: number;
        kind: string;
        event_serial: number;
        prev_hash: Buffer;
      };
      const body = '{"n":"forged"}';
      const entryHash = hash(
        canonicalJson({
          ...{ seq: 5, atMs: row.at, kind: row.kind, eventSerial: row.event_serial, body },
          prevHash: row.prev_hash.toString('hex'),
          keyId: keyIdOf(forger.publicKey),
        }),
      );
      db.prepare('UPDATE audit SET body = ?, key_id = ?, hash = ?, signature = ? WHERE seq = 5').run(
        body,
        keyIdOf(forger.publicKey),
        entryHash,
        forger.sign(entryHash),
      );
    });
    expect(problem).toMatch(/entry 5 carries a signature that is not this device/);
  });

  it('shows an older head that was put back with a newer log', async () => {
    const folder = filledStore();
    const oldHead = rawDatabase(folder, (db) =>
      db.prepare(`SELECT value FROM meta WHERE name = 'audit_head'`).pluck().get(),
    );
    const store = openTestStore(folder);
    trailOf(store).append('pin.set', {});
    store.close();
    rawDatabase(folder, (db) => db.prepare(`UPDATE meta SET value = ? WHERE name = 'audit_head'`).run(oldHead));
    expect((await verifyAudit(openTestStore(folder))).problem).toMatch(/tail was cut off or put back/);
  });
});

describe('appending', () => {
  it('numbers entries and events without gaps over a restart', () => {
    const folder = filledStore();
    const trail = trailOf(openTestStore(folder));
    expect([trail.append('pin.set', {}), trail.append('door.event', {}), trail.append('door.event', {})]).toEqual([
      { seq: 6 },
      { seq: 7, serial: 4 },
      { seq: 8, serial: 5 },
    ]);
  });

  it('goes on after the newest entry of the last run, so the chain stays whole', async () => {
    const store = openTestStore(filledStore());
    trailOf(store).append('door.event', {});
    expect(await verifyAudit(store)).toMatchObject({ intact: true, entries: 6 });
  });

  it('gives a number that was rolled back to the next entry', () => {
    const store = createTestStore();
    const trail = trailOf(store);
    const failing = () =>
      store.transaction(() => {
        trail.append('door.event', {});
        throw new Error('rolled back');
      });
    expect(failing).toThrow('rolled back');
    expect(trail.append('door.event', {})).toEqual({ seq: 1, serial: 1 });
  });

  it('tells a body its own serial', () => {
    const store = createTestStore();
    trailOf(store).appendWith('verification.decided', (serial) => ({ serial }));
    expect(store.auditLog.newest()?.body).toBe('{"serial":1}');
  });

  it('wakes listeners when the entry can be read, until they leave', async () => {
    const store = createTestStore();
    const trail = trailOf(store);
    const seen: (number | undefined)[] = [];
    const leave = trail.onAppend(() => seen.push(store.auditLog.newest()?.seq));
    trail.append('pin.set', {});
    await Promise.resolve();
    leave();
    trail.append('pin.set', {});
    await Promise.resolve();
    expect(seen).toEqual([1]);
  });

  it('is no less heard by others, and ends nothing, where a listener fails', async () => {
    const logged: string[] = [];
    const logger = { log: (level: string, code: string) => void logged.push(`${level} ${code}`) };
    const trail = new AuditTrail(createTestStore(), new FakeClock(), logger);
    const heard: string[] = [];
    trail.onAppend(() => {
      throw new Error('a listener’s own fault');
    });
    trail.onAppend(() => heard.push('told'));
    trail.append('pin.set', {});
    await new Promise((resolve) => setImmediate(resolve));
    expect([heard, logged]).toEqual([['told'], ['error audit.listener-failed']]);
  });
});
