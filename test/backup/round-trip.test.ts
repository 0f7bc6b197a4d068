import { describe, expect, test } from 'vitest';
import { verifyAudit } from '#menshen/audit/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import { checkReceipt, signedFile } from '#menshen/retention/index.js';
import { signedConsent } from '#menshen/store/index.js';
import { openStore } from '#menshen/terminal/index.js';
import { backupOf, restoring } from '../support/backup-site.js';
import { ada } from '../support/fake-vision.js';
import { addEnrolled, addPerson, openSite, type Site } from '../support/site.js';

const pin = '493817';
const duress = '602951';

describe('a device is replaced', () => {
  test('people, cards and PINs work on the new one; nobody has a face there', async () => {
    const { site, ann, bob } = await oldDevice();
    const before = site.store.consents.ofSubject(ann);
    const next = await replaced(site);

    expect(next.store.credentials.cardHolder('04AABBCC')).toBe(ann);
    expect(await next.pins.check(numberOf(site, bob), pin)).toEqual({ outcome: 'accepted', subjectId: bob });
    expect(await next.pins.check(numberOf(site, bob), '000001')).toEqual({ outcome: 'rejected' });
    expect(next.store.templates.allOf(ann)).toEqual([]);
    expect(next.policy.person(ann).ready).toBe(false);
    expect(next.store.consents.ofSubject(ann)).toEqual(before);
    expect(before.map((row) => signedConsent(row, next.store.signers)?.recordId)).toEqual(
      before.map((row) => row.recordId),
    );
    expect(next.store.subjects.profile(bob)).toEqual({ ...site.store.subjects.profile(bob), groups: ['staff'] });
  });

  test('a PIN hangs on the old pepper until it is entered, and on the new device’s own after that', async () => {
    const { site, bob } = await oldDevice();
    const next = await replaced(site);
    const own = next.store.keys.current('pin-pepper').version;
    expect(next.store.credentials.pin(bob)?.pepper).not.toBe(own);
    await next.pins.check(numberOf(site, bob), pin);
    expect(next.store.credentials.pin(bob)?.pepper).toBe(own);
    expect(await next.pins.check(numberOf(site, bob), pin)).toEqual({ outcome: 'accepted', subjectId: bob });
    expect(next.store.rotations.unfinished().map(({ key }) => key)).toEqual(['pin-pepper']);
  });

  test('a duress PIN opens as before, and raises its alarm on the new device', async () => {
    const { site, ann } = await oldDevice();
    const next = await replaced(site);
    expect(await next.pins.check(numberOf(site, ann), duress)).toEqual({ outcome: 'accepted', subjectId: ann });
    expect(next.store.auditLog.newest()?.kind).toBe('duress.alarm');
    expect(await next.pins.check(numberOf(site, ann), pin)).toEqual({ outcome: 'accepted', subjectId: ann });
  });

  test('the audit holds from the old device’s first entry to the new one’s last, with a stated gap', async () => {
    const { site } = await oldDevice();
    const next = await replaced(site);
    const oldHead = site.store.auditLog.head();
    const rows = next.store.auditLog.page(0, 10_000);
    const restored = rows.find(({ kind }) => kind === 'backup.restored');
    expect(rows.find(({ seq }) => seq === oldHead?.seq)?.kind).toBe('backup.made');
    expect(JSON.parse(restored?.body ?? '{}')).toMatchObject({
      formerDevice: 'gate-1',
      formerHead: Buffer.from(oldHead?.hash ?? []).toString('hex'),
      lostFromSeq: (oldHead?.seq ?? 0) + 1,
      lostUntilSeq: (restored?.seq ?? 0) - 1,
      people: 2,
    });
    expect(restored?.eventSerial).toBeGreaterThan((oldHead?.eventSerial ?? 0) + 1000);
    expect(await verifyAudit(next.store)).toMatchObject({ intact: true, entries: rows.length });
  });

  test('receipts of the old device hold with its key, which the new one names as its predecessor', async () => {
    const { site, receiptId } = await oldDevice();
    const next = await replaced(site);
    const receipt = next.store.receipts.get(receiptId);
    const oldKey = next.store.signers.publicKeyOf(receipt?.keyId ?? '');
    if (receipt === undefined || oldKey === undefined) throw new Error('the receipt or its key is missing');
    expect(receipt.keyId).toBe(site.store.signingKey.keyId);
    expect(next.store.signingKey.keyId).not.toBe(receipt.keyId);
    expect(checkReceipt(signedFile(receipt, oldKey), Buffer.from(oldKey).toString('base64')).kind).toBe('purge');
  });

  test('what was told in confidence opens under the new device’s key', async () => {
    const { site } = await oldDevice();
    const next = await replaced(site);
    expect(next.store.registers.get('complaint', 'c-1')).toEqual(site.store.registers.get('complaint', 'c-1'));
    expect(next.store.registers.confidential('complaint', 'c-1')).toEqual({ words: 'they look at me' });
  });

  test('API keys, listeners and pending acts stay behind', async () => {
    const { site } = await oldDevice();
    site.apiKeys.add({ role: 'panel', label: 'old panel', days: 30 });
    const next = await replaced(site);
    expect(next.store.apiKeys.list()).toEqual([]);
    expect(next.store.registers.count('enrolment-code')).toBe(0);
  });

  test('a restored device can be backed up and replaced again', async () => {
    const { site, bob } = await oldDevice();
    const second = await replaced(site);
    const third = await replaced(second);
    expect(await third.pins.check(numberOf(site, bob), pin)).toEqual({ outcome: 'accepted', subjectId: bob });
    expect((await verifyAudit(third.store)).intact).toBe(true);
    expect(third.store.signers.list()).toHaveLength(3);
  });
});

async function oldDevice() {
  const site = openSite();
  const ann = addEnrolled(site, ada).id;
  const bob = addPerson(site).id;
  const gone = addPerson(site).id;
  site.store.subjects.setGroups(bob, ['staff']);
  site.store.credentials.addCard(ann, '04AABBCC', site.clock.wallMs());
  for (const id of [ann, bob]) await site.pins.set(id, pin, 6);
  await site.pins.setDuress(ann, duress, 6, () => undefined);
  site.store.registers.add(
    'complaint',
    { id: 'c-1', atMs: site.clock.wallMs(), state: 'open', subjectId: ann, body: { about: 'camera' } },
    { words: 'they look at me' },
  );
  site.codes.make({ subjectId: bob, operatorId: 'op-1' });
  const { id: receiptId } = await site.retention.eraseSubject(gone, 'order');
  return { site, ann, bob, receiptId };
}

async function replaced(site: Site): Promise<Site> {
  const { config } = await restoring(site, await backupOf(site));
  return openSite({ store: openStore({ config, randomness: systemRandomness }), clock: site.clock });
}

const numberOf = (site: Site, id: string): string => site.store.subjects.profile(id).personNumber ?? '';
