import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { erasedSince } from '#menshen/backup/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import { signedFile } from '#menshen/retention/index.js';
import { openStore } from '#menshen/terminal/index.js';
import { backupOf, newDevice, restoring } from '../support/backup-site.js';
import { ada } from '../support/fake-vision.js';
import { addEnrolled, addPerson, auditKinds, dayMs, newestAudit, openSite, type Site } from '../support/site.js';
import { rawDatabase } from '../support/temp-store.js';

describe('restoring', () => {
  test('is refused where there is a store, or anything else, and leaves it as it is', async () => {
    const site = openSite();
    const file = await backupOf(site);
    const { config } = await restoring(site, file);
    const before = readdirSync(config.store.folder).sort();
    await expect(restoring(site, file, { config })).rejects.toMatchObject({ code: 'store-exists' });
    expect(readdirSync(config.store.folder).sort()).toEqual(before);
    const other = newDevice();
    mkdirSync(other.store.folder);
    writeFileSync(join(other.store.folder, 'epoch-1.key'), 'somebody’s');
    await expect(restoring(site, file, { config: other })).rejects.toMatchObject({ code: 'store-exists' });
    expect(readdirSync(other.store.folder)).toEqual(['epoch-1.key']);
  });

  test('a cut between any two steps leaves no store, and the next try makes a whole one', async () => {
    const site = openSite();
    for (let i = 0; i < 250; i += 1) addPerson(site);
    const file = await backupOf(site);
    const steps: string[] = [];
    await restoring(site, file, { more: { afterStep: (step) => void steps.push(step) } });
    expect(steps.filter((step) => step === 'slice written').length).toBeGreaterThan(1);
    for (let cut = 0; cut < steps.length - 1; cut += 1) {
      const config = newDevice();
      let left = cut;
      const afterStep = () => {
        if (left === 0) throw new Error('power cut');
        left -= 1;
      };
      await expect(restoring(site, file, { config, more: { afterStep } })).rejects.toThrow('power cut');
      expect(() => openStore({ config, randomness: systemRandomness }), steps[cut]).toThrow(
        expect.objectContaining({ code: 'store-missing' }),
      );
      if (cut % 3 !== 2) continue;
      await restoring(site, file, { config });
      const store = openStore({ config, randomness: systemRandomness });
      expect(store.subjects.count()).toBe(250);
      store.close();
    }
  });

  test('an open incident stays open, and people of the new device may lift it; a later one needs keys of before', async () => {
    const site = openSite();
    const leak = { kind: 'leak', severity: 'minor', dataKinds: ['name'], description: 'a list lay open' } as const;
    const { id } = site.incidents.report(leak, 'op');
    const { config } = await restoring(site, await backupOf(site));
    const store = openStore({ config, randomness: systemRandomness });
    const restored = openSite({ store, clock: site.clock, assessed: false });
    restored.clock.advance(1000);
    const later = restored.incidents.report(leak, 'op').id;
    const made = restored.apiKeys.add({ role: 'operator', label: 'desk', days: 1, holder: 'Ann' });
    const key = { id: made.id, sinceMs: restored.clock.wallMs() };
    expect(store.state.doubt()).toBeUndefined();
    expect([restored.incidents.frozenBy(), store.state.read('open-incidents')]).toEqual([
      id,
      expect.stringContaining(later),
    ]);
    expect([id, later].map((each) => restored.incidents.keyCounts(each, key))).toEqual([true, false]);
    store.close();
  });

  test('an incident that came with a backup before such stores were sealed is lifted by people of the new device', async () => {
    const site = openSite();
    const leak = { kind: 'leak', severity: 'minor', dataKinds: ['name'], description: 'a list lay open' } as const;
    const { id } = site.incidents.report(leak, 'op');
    const { config } = await restoring(site, await backupOf(site));
    asBeforeSealing(config);
    const upgraded = opened(site, config);
    upgraded.rollback.check();
    upgraded.incidents.sealOpen();
    const later = upgraded.incidents.report(leak, 'op').id;
    const made = upgraded.apiKeys.add({ role: 'operator', label: 'desk', days: 1, holder: 'Ann' });
    const key = { id: made.id, sinceMs: upgraded.clock.wallMs() };
    expect(upgraded.rollback.standing()).toBeUndefined();
    expect([id, later].map((each) => upgraded.incidents.keyCounts(each, key))).toEqual([true, false]);
    expect(newestAudit(upgraded, 'store.state-sealed')?.names).toContain('restored-at-seq');
  });

  test('an incident that came with a backup is open, and theirs to lift, also after the sealed row was taken away', async () => {
    const site = openSite();
    const leak = { kind: 'leak', severity: 'minor', dataKinds: ['name'], description: 'a list lay open' } as const;
    const { id } = site.incidents.report(leak, 'op');
    const { config } = await restoring(site, await backupOf(site));
    rawDatabase(config.store.folder, (db) => db.exec(`DELETE FROM meta WHERE name = 'audit_head'`));
    const restored = opened(site, config);
    restored.rollback.check();
    const finding = restored.rollback.standing();
    restored.rollback.confirm('local');
    const made = restored.apiKeys.add({ role: 'operator', label: 'desk', days: 1, holder: 'Ann' });
    const key = { id: made.id, sinceMs: restored.clock.wallMs() };
    expect([finding?.how, restored.incidents.frozenBy(), restored.incidents.keyCounts(id, key)]).toEqual([
      'state-missing',
      id,
      true,
    ]);
    expect(finding?.detail).not.toContain('nothing is left');
  });

  test('a file that turns out wrong in its last part leaves nothing behind', async () => {
    const site = openSite();
    for (let i = 0; i < 250; i += 1) addPerson(site);
    const file = await backupOf(site);
    file[file.length - 1] = (file.at(-1) ?? 0) ^ 1;
    const config = newDevice();
    await expect(restoring(site, file, { config })).rejects.toMatchObject({ code: 'backup-invalid' });
    expect(existsSync(config.store.folder)).toBe(false);
  });

  test('an old backup is refused unless somebody says how old it may be; one from the future always', async () => {
    const site = openSite();
    const file = await backupOf(site);
    site.clock.advance(31 * dayMs);
    await expect(restoring(site, file)).rejects.toThrow(/31 days old/);
    expect((await restoring(site, file, { more: { oldestDays: 40 } })).restored.people).toBe(0);
    site.clock.jumpWall(-32 * dayMs);
    await expect(restoring(site, file)).rejects.toMatchObject({ code: 'clock-suspect' });
  });

  test('whose time ended between backup and restoring is erased by the first sweep', async () => {
    const site = openSite();
    const short = addPerson(site);
    site.store.subjects.setExpiry(short.id, site.clock.wallMs() + 2 * dayMs);
    const long = addPerson(site);
    const file = await backupOf(site);
    site.clock.advance(5 * dayMs);
    const next = opened(site, (await restoring(site, file)).config);
    next.clockGuard.check();
    expect((await next.retention.sweep()).personsErased).toBe(1);
    expect(next.store.subjects.get(short.id)).toBeUndefined();
    expect(next.store.subjects.get(long.id)?.id).toBe(long.id);
  });

  test('whom the old device erased after the backup does not come back, and who withdrew has no consent', async () => {
    const site = openSite();
    const [gone, named] = [addPerson(site), addPerson(site)];
    const withdrew = addEnrolled(site, ada);
    const stays = addPerson(site);
    const file = await backupOf(site);
    site.clock.advance(dayMs);
    const erased = await site.retention.eraseSubject(gone.id, 'order');
    const withdrawn = await site.retention.withdraw({
      subjectId: withdrew.id,
      requester: 'self',
      operatorId: 'op-1',
    });
    const lines = [erased, withdrawn].map((row) => signedFile(row, site.store.signingKey.publicKey));
    const since = erasedSince(`# of the old gate\n${lines.join('\n')}\n${named.id}\n`);
    const { config, restored } = await restoring(site, file, { since });
    expect(restored).toMatchObject({ people: 2, leftOut: 2, consentsEnded: 1 });
    const next = opened(site, config);
    expect([gone, named, withdrew, stays].map(({ id }) => next.store.subjects.get(id) !== undefined)).toEqual([
      ...[false, false, true, true],
    ]);
    expect(next.store.consents.ofSubject(withdrew.id).map(({ endReason }) => endReason)).toEqual(['withdrawn']);
    expect(next.store.receipts.get(erased.id)?.body).toBe(erased.body);
    expect(auditKinds(next).filter((kind) => kind === 'subject.erased')).toHaveLength(2);
  });

  test('a receipt of another device erases nobody here', async () => {
    const [site, other] = [openSite(), openSite()];
    const person = addPerson(other);
    const file = await backupOf(site);
    const receipt = await other.retention.eraseSubject(person.id, 'order');
    const since = erasedSince(signedFile(receipt, other.store.signingKey.publicKey));
    const config = newDevice();
    await expect(restoring(site, file, { config, since })).rejects.toMatchObject({ code: 'receipt-invalid' });
    expect(() => openStore({ config, randomness: systemRandomness })).toThrow();
    expect(() => erasedSince('gone: everybody')).toThrow(expect.objectContaining({ code: 'receipt-invalid' }));
  });
});

/** The end of the audit alone is sealed; nothing says from which entry on the device is the restored one. */
function asBeforeSealing(config: Parameters<typeof openStore>[0]['config']): void {
  const store = openStore({ config, randomness: systemRandomness });
  const { seq, eventSerial, hash } = store.auditLog.head() ?? { seq: 0, eventSerial: 0, hash: new Uint8Array() };
  const content = { seq, eventSerial, hash: Buffer.from(hash).toString('hex') };
  const row = store.keys.seal('device-secrets', Buffer.from(JSON.stringify(content)), 'menshen:audit-head');
  store.close();
  rawDatabase(config.store.folder, (db) => db.prepare(`UPDATE meta SET value = ? WHERE name = 'audit_head'`).run(row));
}

function opened(site: Site, config: Parameters<typeof openStore>[0]['config']): Site {
  return openSite({ store: openStore({ config, randomness: systemRandomness }), clock: site.clock });
}
