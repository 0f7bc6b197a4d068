import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, type TestContext } from 'vitest';
import { AuditTrail, verifyAudit } from '#menshen/audit/index.js';
import { MenshenError } from '#menshen/core/index.js';
import type { Store } from '#menshen/store/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { addPerson, openSite } from '../support/site.js';
import { createTestStore, openTestStore, tempFolder } from '../support/temp-store.js';
import { fillUp, smallDisk } from './fixtures/small-disk.js';

const filler = { filler: 'x'.repeat(2000) };

/** A store on a disk that others have filled, its own reserve aside. */
function storeOnFullDisk(context: TestContext): { folder: string; store: Store } {
  const folder = smallDisk(context, 4);
  const store = createTestStore(folder);
  expect(store.reserve.restore()).toBe(true);
  return { folder, store };
}

/** Appends until it is refused; returns how often an entry was acknowledged, and why it was refused. */
function appendUntilRefused(store: Store): { acknowledged: number; code: string } {
  const trail = new AuditTrail(store, new FakeClock());
  for (let acknowledged = 0; acknowledged < 20_000; acknowledged += 1) {
    try {
      trail.append('door.event', filler);
    } catch (thrown) {
      return { acknowledged, code: thrown instanceof MenshenError ? thrown.code : String(thrown) };
    }
  }
  return { acknowledged: 20_000, code: 'none' };
}

describe('a disk that takes no more', () => {
  it('keeps every audit entry that was acknowledged, nothing half, and a chain that holds', async () => {
    const folder = tempFolder();
    createTestStore(folder).close();
    const script = fileURLToPath(new URL('./fixtures/append-until-full.mjs', import.meta.url));
    const limited = ['-c', 'ulimit -f 600; exec "$0" "$1" "$2"', process.execPath, script, folder];
    const { acknowledged, code } = JSON.parse(execFileSync('sh', limited, { encoding: 'utf8' }));
    // A limit of the system on the file is no missing room to SQLite, but a write that failed.
    expect([code, acknowledged > 10, await verifyAudit(openTestStore(folder))]).toEqual([
      'store-failing',
      true,
      expect.objectContaining({ intact: true, entries: acknowledged, events: acknowledged }),
    ]);
  });

  it('takes audit entries from the space held back, and refuses when that is used up', async (context) => {
    const { folder, store } = storeOnFullDisk(context);
    fillUp(folder);
    const { acknowledged, code } = appendUntilRefused(store);
    expect([code, acknowledged > 20, store.reserve.release()]).toEqual(['store-full', true, false]);
    expect(await verifyAudit(store)).toMatchObject({ intact: true, entries: acknowledged });
  });

  it('goes on taking audit entries once there is room again', async (context) => {
    const { folder, store } = storeOnFullDisk(context);
    fillUp(folder);
    appendUntilRefused(store);
    execFileSync('sh', ['-c', 'rm "$0"/ballast-*', folder]);
    expect(new AuditTrail(store, new FakeClock()).append('pin.set', {}).seq).toBeGreaterThan(20);
    expect(await verifyAudit(store)).toMatchObject({ intact: true });
  });

  it('lets a PIN be checked as long as space is held back', async (context) => {
    const { folder, store } = storeOnFullDisk(context);
    const site = openSite({ store });
    const { id } = addPerson(site);
    const cardId = site.store.credentials.addCard(id, '04A1', 1);
    await site.pins.set(id, '271828', 6);
    fillUp(folder);
    expect([cardId !== '', await site.pins.checkWithCard('04A1', '271828')]).toEqual([
      true,
      { outcome: 'accepted', subjectId: id },
    ]);
  });

  it('does not stop the clock from being watched', (context) => {
    const { folder, store } = storeOnFullDisk(context);
    const site = openSite({ store });
    fillUp(folder);
    const checkLater = () => {
      site.clock.advance(10_000);
      return site.clockGuard.check().trusted;
    };
    expect(Array.from({ length: 50 }, checkLater)).not.toContain(false);
  });

  it('does not keep the daemon from starting as long as space is held back', (context) => {
    const { folder, store } = storeOnFullDisk(context);
    store.close();
    fillUp(folder);
    expect(openSite({ store: openTestStore(folder) }).policy.site().on).toBe(true);
  });
});
