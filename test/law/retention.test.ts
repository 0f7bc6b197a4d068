/** How long anything is kept, what ends it, what must be kept, and how a device is taken out of use. */
import { describe, expect, it, test } from 'vitest';
import { canonicalJson, hash, verifySignature } from '#menshen/crypto/index.js';
import { ada, bo } from '../support/fake-vision.js';
import {
  addEnrolled,
  addPerson,
  auditKinds,
  type ConfigChanges,
  consentRequest,
  dayMs,
  newestAudit,
  openSite,
  purpose,
  type Site,
} from '../support/site.js';
import { createTestStore, openTestStore, tempFolder } from '../support/temp-store.js';

const coded = (code: string) => expect.objectContaining({ code });
const long: ConfigChanges = { 'site.retention.maxDays': 3650 };
const hasFace = ({ store }: Site, id: string) => store.templates.allOf(id).length > 0;

/** An enrolled person who holds a card and whose consent lasts for years, at a site with these periods. */
function siteOfOne(changes: ConfigChanges) {
  const site = openSite({ changes });
  const { id } = addPerson(site);
  site.store.subjects.setExpiry(id, site.clock.wallMs() + 5000 * dayMs);
  const days = Math.min(3650, site.notice.fields.retentionDays);
  const request = { ...consentRequest(site, id), expiresAtMs: site.clock.wallMs() + days * dayMs };
  const { recordId } = site.consents.give(request, site.policy.binding());
  site.store.templates.add({
    ...{ subjectId: id, consentId: recordId, modelId: 'm', frames: 5, forIdentification: false },
    ...{ createdAtMs: site.clock.wallMs(), vector: Float32Array.from(ada.vector) },
  });
  site.store.credentials.addCard(id, '04A1', 1);
  return { site, id };
}

/** Time passes, and somebody looks at another clock. */
function later(site: Site, days: number): void {
  site.clock.advance(days * dayMs);
  site.clockGuard.confirm('op-1');
}

async function letIn(site: Site): Promise<void> {
  const { verificationId } = await site.verifications.start({
    ...{ doorId: 'main', purpose, nonce: 'nonce-1', act: { kind: 'card' }, methods: ['card'] },
  });
  const { decision } = site.verifications.presentCard(verificationId, '04A1');
  if (decision?.decision !== 'grant') throw new Error('the card did not open');
}

const newestPurge = ({ store }: Site) => JSON.parse(store.receipts.newest(1)[0]?.body ?? '{}');

describe('M8.3: the shortest period wins:', () => {
  it('a person who is no longer let in loses the face, and keeps card and PIN', async () => {
    const { site, id } = siteOfOne({ ...long, 'site.retention.inactivityDays': 30 });
    await site.retention.sweep();
    later(site, 20);
    await letIn(site);
    later(site, 30);
    await site.retention.sweep();
    expect(hasFace(site, id)).toBe(true);
    later(site, 1);
    await site.retention.sweep();
    expect([hasFace(site, id), site.store.credentials.cardsOf(id).length]).toEqual([false, 1]);
    expect(newestPurge(site)).toMatchObject({ trigger: 'expiry', cause: 'inactivity', scope: 'face' });
  });

  it('people enrolled before days of use were counted are counted from then on', async () => {
    const { site, id } = siteOfOne(long);
    later(site, 300);
    await site.retention.sweep();
    const counting = openSite({
      store: site.store,
      clock: site.clock,
      changes: { ...long, 'site.retention.inactivityDays': 30 },
    });
    await counting.retention.sweep();
    expect(hasFace(counting, id)).toBe(true);
    later(counting, 31);
    await counting.retention.sweep();
    expect(hasFace(counting, id)).toBe(false);
  });

  it('a site that does not count days of use keeps none', async () => {
    const { site, id } = siteOfOne({ ...long, 'site.retention.inactivityDays': 30 });
    await letIn(site);
    expect(site.store.subjects.lastUseDay(id)).toBe(Math.floor(site.clock.wallMs() / dayMs));
    const without = openSite({ store: site.store, clock: site.clock, changes: long });
    await without.retention.sweep();
    await letIn(without);
    expect(without.store.subjects.lastUseDay(id)).toBeUndefined();
  });

  it('a template goes at the site’s maximum since it was made, however long the consent was given for', async () => {
    const { site, id } = siteOfOne(long);
    later(site, 100);
    const shorter = openSite({ store: site.store, clock: site.clock, changes: { 'site.retention.maxDays': 100 } });
    await shorter.retention.sweep();
    expect(hasFace(shorter, id)).toBe(false);
    expect(newestPurge(shorter)).toMatchObject({ trigger: 'expiry', cause: 'site-maximum' });
  });

  it('a clock that jumped ahead erases nothing by any of these periods, and says that it is held', async () => {
    const { site, id } = siteOfOne({ 'site.retention.inactivityDays': 10 });
    await site.retention.sweep();
    site.clock.jumpWall(400 * dayMs);
    expect((await site.retention.sweep()).held).toBeGreaterThan(0);
    expect(hasFace(site, id)).toBe(true);
  });

  it('a person who came back while others were being erased stays', async () => {
    const { site, id } = siteOfOne({ ...long, 'site.retention.inactivityDays': 10 });
    await site.retention.sweep();
    later(site, 11);
    const sweeping = site.retention.sweep();
    site.store.subjects.markUsed(id, Math.floor(site.clock.wallMs() / dayMs));
    await sweeping;
    expect(hasFace(site, id)).toBe(true);
  });
});

describe('P47: after the purpose’s last day', () => {
  it.each(['2026-02-30', '2026-13-01'])('which %s cannot be', (endsOn) => {
    expect(() => openSite({ changes: { 'site.purpose.endsOn': endsOn } })).toThrow(/endsOn/);
  });

  const ending = { ...long, 'site.purpose.endsOn': '2026-03-20' };

  it('everybody is erased with everything, and the receipts say why', async () => {
    const { site, id } = siteOfOne(ending);
    const other = addEnrolled(site, bo);
    site.clock.advance(Date.UTC(2026, 2, 20, 15, 59) - site.clock.wallMs());
    await site.retention.sweep();
    expect(site.store.subjects.count()).toBe(2);
    site.clock.advance(60_000);
    await site.retention.sweep();
    expect([site.store.subjects.get(id), site.store.subjects.get(other.id)]).toEqual([undefined, undefined]);
    expect(newestPurge(site)).toMatchObject({ trigger: 'purpose-ended', scope: 'person' });
    expect(site.policy.site()).toMatchObject({ on: false, reason: 'purpose-ended' });
  });
});

test('M8.3: the forecast counts by month and by what ends first, and names nobody', async () => {
  const { site, id } = siteOfOne({ ...long, 'site.retention.inactivityDays': 40 });
  await site.retention.sweep();
  addEnrolled(site, bo);
  const months = await site.retention.forecastByMonth();
  expect(months).toHaveLength(13);
  expect(months[0]).toEqual({ month: '2026-03', faces: { 'consent-expiry': 1 }, persons: 0 });
  expect(months[1]).toEqual({ month: '2026-04', faces: { inactivity: 1 }, persons: 0 });
  expect(months.reduce((sum, { persons }) => sum + persons, 0)).toBe(2);
  expect(JSON.stringify(months)).not.toContain(id);
});

test('P14: consents that near their end are reported, and no others', () => {
  const site = openSite();
  const near = addEnrolled(site, ada);
  site.clock.advance(15 * dayMs);
  addEnrolled(site, bo);
  expect(site.retention.renewalsDue()).toEqual({ count: 0, subjectIds: [], reviewsDue: 0 });
  site.clock.advance(dayMs);
  expect(site.retention.renewalsDue()).toEqual({ count: 1, subjectIds: [near.id], reviewsDue: 0 });
});

describe('M9.4: consent records and receipts of people who are gone', () => {
  const years = (site: Site, count: number): number => {
    const date = new Date(site.clock.wallMs());
    date.setUTCFullYear(date.getUTCFullYear() + count);
    return (date.getTime() - site.clock.wallMs()) / dayMs;
  };

  it('are kept for three years, and then nothing of them is', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
    await site.retention.eraseSubject(id, 'order');
    later(site, years(site, 3) - 1);
    await site.retention.sweep();
    expect([site.store.consents.ofSubject(id).length, site.store.receipts.newest(9).length]).toEqual([1, 3]);
    later(site, 2);
    await site.retention.sweep();
    expect([site.store.consents.ofSubject(id).length, site.store.receipts.newest(9).length]).toEqual([0, 0]);
    expect(newestAudit(site, 'records.pruned')).toEqual({ receipts: 3, consents: 1, keptYears: 3 });
  });

  it('are not deleted early, whoever asks', async () => {
    const site = openSite();
    const receipt = await site.retention.eraseSubject(addPerson(site).id, 'order');
    expect(() => site.retention.removeReceipt(receipt.id, 'op-1')).toThrow(coded('keep-period'));
    expect(site.store.receipts.get(receipt.id)).toBeDefined();
  });

  it('are not deleted by a clock that jumped three years ahead', async () => {
    const site = openSite();
    const receipt = await site.retention.eraseSubject(addPerson(site).id, 'order');
    site.clock.jumpWall(4 * 366 * dayMs);
    await site.retention.sweep();
    expect(() => site.retention.removeReceipt(receipt.id, 'op-1')).toThrow(coded('keep-period'));
    expect(site.store.receipts.get(receipt.id)).toBeDefined();
  });

  it('of somebody who is still here stay', async () => {
    const site = openSite({ changes: long });
    const { id } = addPerson(site);
    site.store.subjects.setExpiry(id, site.clock.wallMs() + 5000 * dayMs);
    site.consents.give(consentRequest(site, id), site.policy.binding());
    const receipt = await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
    later(site, years(site, 3) + 1);
    await site.retention.sweep();
    expect(site.store.receipts.get(receipt.id)).toBeDefined();
  });
});

test('M6.2: the withdrawal receipt has every field of the list, and M6.3 says that its wording is unconfirmed', async () => {
  const site = openSite();
  const { id } = addEnrolled(site, ada);
  const receipt = await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
  expect(JSON.parse(receipt.body)).toMatchObject({
    ...{ receiptId: receipt.id, consentId: expect.stringMatching(/^c-/), requester: 'self', scope: 'face' },
    ...{
      requestedAt: expect.any(String),
      effectiveAt: expect.any(String),
      purgeReceiptId: expect.stringMatching(/^r-/),
    },
    pastProcessing: expect.stringMatching(/past events stay/),
    pastProcessingClause: 'M6.3 (unconfirmed wording)',
    ...{ alternativesNow: ['pin', 'card'], contact: 'contact@example.invalid', deviceId: 'gate-1' },
    recordsRetained: expect.stringMatching(/three years/),
  });
  expect(verifySignature(site.store.signingKey.publicKey, receipt.body, receipt.signature)).toBe(true);
});

test('M6.3: past events stay after a withdrawal, without biometrics (unconfirmed wording)', async () => {
  const { site, id } = siteOfOne({});
  await letIn(site);
  await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
  expect(newestAudit(site, 'verification.decided')).toMatchObject({ subjectId: id, decision: 'grant' });
});

test('M6.2: nobody withdraws as the guardian of somebody who had none', async () => {
  const site = openSite();
  const { id } = addEnrolled(site, ada);
  const asGuardian = site.retention.withdraw({ subjectId: id, requester: 'guardian', operatorId: 'op-1' });
  await expect(asGuardian).rejects.toEqual(coded('guardian-required'));
  expect(hasFace(site, id)).toBe(true);
});

test('M8.3: a purge receipt says what a check found afterwards, and is chained to the one before', async () => {
  const site = openSite();
  const first = await site.retention.eraseSubject(addEnrolled(site, ada).id, 'order');
  const second = await site.retention.eraseSubject(addEnrolled(site, bo).id, 'order');
  expect(JSON.parse(second.body)).toMatchObject({
    ...{ trigger: 'order', items: { templates: 1, cards: 0, pins: 0, lastEntries: 0, profile: 1 }, failures: 'none' },
    verification: { rowsLeft: 0, epochInForce: 3, formerEpochKeysOnDisk: 0 },
    ...{ backupsAndCopies: expect.stringMatching(/never backed up/), deviceId: 'gate-1' },
    prevHash: Buffer.from(hash(first.body)).toString('hex'),
  });
});

describe('M15.4: a device that is taken out of use', () => {
  it('erases everybody with receipts, and never looks at a face or adds anybody again', async () => {
    const site = openSite();
    const people = [addEnrolled(site, ada), addEnrolled(site, bo)];
    const { personsToErase, personsErased } = await site.retention.decommission('gate-1', 'admin-1');
    expect([personsToErase, personsErased, site.store.subjects.count()]).toEqual([2, 2, 0]);
    const receipts = site.store.receipts.newest(9);
    expect(receipts.map(({ subjectId }) => subjectId).sort()).toEqual(people.map(({ id }) => id).sort());
    expect(receipts.map(({ body }) => JSON.parse(body).trigger)).toEqual(['decommission', 'decommission']);
    expect(site.policy.site()).toMatchObject({ on: false, reason: 'decommissioned' });
    const { id } = addPerson(site);
    expect(() => site.consents.give(consentRequest(site, id), site.policy.binding())).toThrow(coded('decommissioned'));
  });

  it('stays as it is when another id was typed', async () => {
    const site = openSite();
    addEnrolled(site, ada);
    await expect(site.retention.decommission('gate-2', 'admin-1')).rejects.toEqual(coded('body-invalid'));
    expect([site.store.subjects.count(), site.policy.site().on]).toEqual([1, true]);
  });

  it('goes on erasing after it was killed in between, whatever its clock says', async () => {
    const folder = tempFolder();
    const site = openSite({ store: createTestStore(folder) });
    addEnrolled(site, ada);
    const body = canonicalJson({ at: '2026-03-02T08:00:00.000Z', by: 'admin-1', personsToErase: 1 });
    site.store.documents.add('decommission', 'h', body, site.clock.wallMs());
    site.store.close();
    site.clock.jumpWall(-100 * dayMs);
    const again = openSite({ store: openTestStore(folder), clock: site.clock, assessed: false });
    await again.retention.sweep();
    expect([again.store.subjects.count(), again.policy.site().on]).toEqual([0, false]);
  });

  it('leaves its date for the cancellation of the filing, once', async () => {
    const site = openSite();
    await site.retention.decommission('gate-1', 'admin-1');
    site.clock.advance(dayMs);
    await site.retention.decommission('gate-1', 'admin-2');
    expect(site.store.documents.list('decommission')).toHaveLength(1);
    expect(auditKinds(site).filter((kind) => kind === 'device.decommissioned')).toHaveLength(1);
    expect(site.retention.decommissioned()).toMatchObject({ by: 'admin-1', at: '2026-03-02T08:00:00.000Z' });
  });
});
