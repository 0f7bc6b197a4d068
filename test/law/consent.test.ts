/** Consent as the law asks for it: its fields, children, renewal, and a key that nobody unwraps without it. */
import { describe, expect, it, test } from 'vitest';
import type { ConsentRequest, Guardian } from '#menshen/consent/index.js';
import { verifySignature } from '#menshen/crypto/index.js';
import { IdentificationGallery } from '#menshen/gallery/index.js';
import { ada, packFacts } from '../support/fake-vision.js';
import {
  addEnrolled,
  addPerson,
  auditKinds,
  type ConfigChanges,
  consentRequest,
  dayMs,
  newestAudit,
  openSite,
  type Site,
} from '../support/site.js';
import { createTestStore, openTestStore, rawDatabase, tempFolder } from '../support/temp-store.js';

const coded = (code: string) => expect.objectContaining({ code });
const forChildren = { 'site.minorsRules': 'rules words', 'site.retention.maxDays': 3650 };
const guardian: Guardian = {
  name: 'Wang Fang',
  relationship: 'mother',
  authorityCheckedBy: 'op-1 saw the household register',
  reviewDate: '2026-06-01',
};

/** The site's newest consent of a person, as it was signed. */
const signedOf = ({ store }: Site, id: string) => JSON.parse(store.consents.ofSubject(id).at(-1)?.body ?? '{}');

function give(site: Site, id: string, change: Partial<ConsentRequest> = {}) {
  return site.consents.give({ ...consentRequest(site, id), ...change }, site.policy.binding());
}

/** A child whose guardian consented for a year, with a template. */
function childEnrolled(changes: ConfigChanges = forChildren) {
  const site = openSite({ changes });
  const { id } = addPerson(site, 'minor');
  const { recordId } = give(site, id, { guardian, expiresAtMs: site.clock.wallMs() + 365 * dayMs });
  const template = site.store.templates.add({
    ...{ subjectId: id, consentId: recordId, modelId: packFacts.modelId, frames: 5, forIdentification: true },
    ...{ createdAtMs: site.clock.wallMs(), vector: Float32Array.from(ada.vector) },
  });
  return { site, id, recordId, templateId: template.id };
}

const opened = ({ store }: Site, templateId: string) => store.templates.withVector(templateId, () => 'opened');

test('M6.1: a consent’s record is signed and names what was shown, how, in which language and on which device', () => {
  const site = openSite();
  const { id } = addPerson(site);
  give(site, id);
  expect(signedOf(site, id)).toMatchObject({
    ...{ deviceId: 'gate-1', language: 'zh', accessMode: 'screen', form: 'electronic', writtenRequired: false },
    ...{ separateAct: true, voluntaryStatement: true, alternativesShown: ['pin', 'card'], transferConsent: false },
    ...{ noticeHash: site.notice.hash, noticeTextHash: expect.stringMatching(/^[0-9a-f]{64}$/), purpose: 'entrance' },
  });
  const [row] = site.store.consents.ofSubject(id);
  expect(verifySignature(site.store.signingKey.publicKey, row?.body ?? '', row?.signature ?? new Uint8Array(64))).toBe(
    true,
  );
});

test('D5: where law asks for written consent, any other form is refused, and the form is on record', async () => {
  const site = openSite({ changes: { 'site.writtenConsentRequired': true } });
  const { id } = addPerson(site);
  expect(() => give(site, id)).toThrow(coded('consent-required'));
  expect(() => give(site, id, { form: 'written', accessMode: 'screen' })).toThrow(coded('consent-required'));
  give(site, id, { form: 'written', accessMode: 'paper' });
  expect(signedOf(site, id)).toMatchObject({ form: 'written', writtenRequired: true, accessMode: 'paper' });
  const other = addPerson(site).id;
  const { code } = site.codes.make({ subjectId: other, operatorId: 'op-1' });
  expect((await site.visits.begin({ kind: 'enrolment-code', code })).may).not.toContain('consent');
});

describe('M7.1: a guardian’s consent', () => {
  it('carries pseudonyms, the relationship, how authority was checked, and no name', () => {
    const { site, id } = childEnrolled();
    const record = signedOf(site, id);
    expect(record).toMatchObject({
      ageBand: 'minor',
      guardian: {
        ...{ pseudonym: expect.stringMatching(/^g-/), minorPseudonym: id, relationship: 'mother' },
        ...{ authorityCheckedBy: 'op-1 saw the household register', reviewDate: '2026-06-01' },
        act: { form: 'electronic', accessMode: 'screen' },
      },
    });
    expect(JSON.stringify(record)).not.toContain('Wang Fang');
    expect(site.store.subjects.profile(id).guardian).toEqual({
      name: 'Wang Fang',
      pseudonym: record.guardian.pseudonym,
    });
  });

  it('keeps the same pseudonym for the same guardian', () => {
    const { site, id } = childEnrolled();
    const first = signedOf(site, id).guardian.pseudonym;
    give(site, id, { guardian });
    expect(signedOf(site, id).guardian.pseudonym).toBe(first);
  });

  it('leaves the guardian’s name nowhere in the clear, and takes it along when the child is erased', async () => {
    const folder = tempFolder();
    const site = openSite({ changes: forChildren, store: createTestStore(folder) });
    const { id } = addPerson(site, 'minor');
    give(site, id, { guardian });
    expect(
      JSON.stringify([site.store.auditLog.page(0, 100), site.store.registers.list('consent-review')]),
    ).not.toContain('Wang');
    await site.retention.eraseSubject(id, 'order');
    expect(() => site.store.subjects.profile(id)).toThrow(coded('not-found'));
  });

  it.each([
    ['in the past', '2026-03-01'],
    ['today', '2026-03-02'],
    ['more than 14 years ahead', '2040-03-03'],
    ['no day of the calendar', '2030-02-30'],
    ['no date', 'soon'],
  ])('whose review date is %s is refused', (_what, reviewDate) => {
    const site = openSite({ changes: forChildren });
    const { id } = addPerson(site, 'minor');
    expect(() => give(site, id, { guardian: { ...guardian, reviewDate } })).toThrow(coded('review-date-invalid'));
  });

  it.each([
    ['who is nobody', { name: ' ' }],
    ['of no relationship', { relationship: ' ' }],
    ['whose authority nobody checked', { authorityCheckedBy: '' }],
  ])('by a guardian %s is refused', (_what, change) => {
    const site = openSite({ changes: forChildren });
    const { id } = addPerson(site, 'minor');
    expect(() => give(site, id, { guardian: { ...guardian, ...change } })).toThrow(coded('guardian-required'));
  });

  it('for somebody who is 14 or older is refused: nobody consents for them', () => {
    const site = openSite({ changes: forChildren });
    const { id } = addPerson(site);
    expect(() => give(site, id, { guardian })).toThrow(coded('guardian-required'));
  });
});

test('M7.2: without the site’s rules for minors no child is enrolled, and with them the record names their hash', () => {
  const site = openSite();
  const { id } = addPerson(site, 'minor');
  expect(() => give(site, id, { guardian })).toThrow(coded('guardian-required'));
  const { site: withRules, id: child } = childEnrolled();
  expect(signedOf(withRules, child).guardian.minorRulesHash).toMatch(/^[0-9a-f]{64}$/);
});

describe('M7.1: on the 14th birthday', () => {
  /** Midnight of the birthday in China. */
  const untilBirthday = Date.UTC(2026, 4, 31, 16) - Date.UTC(2026, 2, 2, 8);

  it('the face waits, for its own reason, until the person themself consents; the template stays', async () => {
    const { site, id, templateId } = childEnrolled();
    site.clock.advance(untilBirthday - 1);
    expect(site.policy.person(id).ready).toBe(true);
    site.clock.advance(1);
    expect(site.policy.person(id)).toMatchObject({ ready: false, reason: 'review-due' });
    await site.retention.sweep();
    expect(newestAudit(site, 'consent.review-due')).toMatchObject({ subjectId: id });
    const renewal = { ...consentRequest(site, id), expiresAtMs: site.clock.wallMs() + 100 * dayMs };
    site.consents.renew(renewal, site.policy.binding());
    expect([site.policy.person(id).ready, opened(site, templateId)]).toEqual([true, 'opened']);
    expect([site.store.subjects.require(id).ageBand, signedOf(site, id).ageBand]).toEqual(['adult', 'adult']);
    await site.retention.sweep();
    expect(site.store.registers.count('consent-review')).toBe(0);
  });

  it('the guardian’s word counts no more', () => {
    const { site, id } = childEnrolled();
    site.clock.advance(untilBirthday);
    expect(() => give(site, id, { guardian: { ...guardian, reviewDate: '2027-01-01' } })).toThrow(
      coded('guardian-required'),
    );
  });

  it('does not come early because somebody set the clock ahead', () => {
    const { site, id } = childEnrolled();
    site.clock.jumpWall(untilBirthday + dayMs);
    expect(site.policy.person(id)).toMatchObject({ ready: false, reason: 'review-due' });
    const renewal = { ...consentRequest(site, id), expiresAtMs: site.clock.wallMs() + 100 * dayMs };
    expect(() => site.consents.renew(renewal, site.policy.binding())).toThrow(coded('guardian-required'));
    expect(site.store.subjects.require(id).ageBand).toBe('minor');
  });

  it('the person renews at the screen with their PIN, which a day before only the guardian could', async () => {
    const { site, id } = childEnrolled();
    const { personNumber = '' } = site.store.subjects.profile(id);
    await site.pins.set(id, '271828', 6);
    const proof = { kind: 'pin', personNumber, pin: '271828' } as const;
    site.clock.advance(untilBirthday - dayMs);
    expect((await site.visits.begin(proof)).may).not.toContain('renew-consent');
    site.clock.advance(dayMs);
    const { may, person } = await site.visits.begin(proof);
    expect([may.includes('renew-consent'), person.consent, person.guardianNeeded]).toEqual([true, 'review-due', false]);
  });

  it('the sweep says so once', async () => {
    const { site } = childEnrolled();
    site.clock.advance(untilBirthday);
    await site.retention.sweep();
    await site.retention.sweep();
    expect(auditKinds(site).filter((kind) => kind === 'consent.review-due')).toHaveLength(1);
  });

  it.each([
    ['moved makes the consent an altered one', 'review_at + 1', 'altered'],
    ['taken away still stands in what was signed', 'NULL', 'review-due'],
  ])('a review date in the database that was %s', (_what, value, state) => {
    const folder = tempFolder();
    const before = openSite({ changes: forChildren, store: createTestStore(folder) });
    const { id } = addPerson(before, 'minor');
    give(before, id, { guardian, expiresAtMs: before.clock.wallMs() + 365 * dayMs });
    before.clock.advance(untilBirthday);
    before.clockGuard.check();
    before.store.close();
    rawDatabase(folder, (db) => db.exec(`UPDATE consent SET review_at = ${value}`));
    const site = openSite({ changes: forChildren, store: openTestStore(folder), clock: before.clock });
    expect(site.consents.state(id, site.policy.binding())).toEqual({ state });
  });
});

describe('P47: the key of a template', () => {
  const templateOf = ({ store }: Site, id: string) => store.templates.allOf(id)[0]?.id ?? '';

  it('is not unwrapped once the consent was ended, whoever asks', () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    site.store.consents.endAll(id, 'withdrawn', 1);
    expect(() => opened(site, templateOf(site, id))).toThrow(coded('consent-required'));
    const [template] = site.store.templates.allOf(id);
    expect(() => site.store.vault.openFace(id, template?.keyId ?? '')).toThrow(coded('consent-required'));
  });

  it('is not unwrapped once the consent ran out, also when the clock is set back', () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    site.clock.advance(20 * dayMs);
    expect(() => opened(site, templateOf(site, id))).toThrow(coded('consent-required'));
    site.clock.jumpWall(-10 * dayMs);
    expect(() => opened(site, templateOf(site, id))).toThrow(coded('consent-required'));
  });

  it('is not unwrapped under a consent that is up for review', () => {
    const { site, templateId } = childEnrolled();
    site.clock.advance(200 * dayMs);
    expect(() => opened(site, templateId)).toThrow(coded('consent-required'));
  });

  it('is not unwrapped where somebody gave the consent more time in the database', () => {
    const folder = tempFolder();
    const before = openSite({ store: createTestStore(folder) });
    const { id } = addEnrolled(before, ada);
    before.store.close();
    rawDatabase(folder, (db) => db.exec('UPDATE consent SET expires_at = expires_at + 1'));
    const site = openSite({ store: openTestStore(folder), clock: before.clock });
    expect(() => opened(site, templateOf(site, id))).toThrow(coded('integrity-violation'));
  });

  it('is not made under a consent that does not hold', () => {
    const site = openSite();
    const { id } = addPerson(site);
    const { recordId } = give(site, id);
    site.store.consents.endAll(id, 'withdrawn', 1);
    const add = (consentId: string) => () =>
      site.store.templates.add({
        ...{ subjectId: id, consentId, modelId: 'm', frames: 1, forIdentification: false },
        ...{ createdAtMs: 1, vector: Float32Array.from(ada.vector) },
      });
    expect(add(recordId)).toThrow(coded('consent-required'));
    expect(add('c-nobody')).toThrow(coded('consent-required'));
    expect(site.store.templates.count()).toBe(0);
  });

  it('is passed over when the gallery is loaded', async () => {
    const site = openSite({ changes: { 'face.method': '1:N' } });
    const stays = addEnrolled(site, ada, true);
    const ended = addEnrolled(site, ada, true);
    site.store.consents.endAll(ended.id, 'withdrawn', 1);
    const gallery = new IdentificationGallery(packFacts, 0.01);
    const damaged = await gallery.load(site.store);
    expect([gallery.size, damaged]).toEqual([1, 0]);
    gallery.remove(stays.id);
    expect(gallery.size).toBe(0);
    gallery.close();
  });
});

test('P14: after purpose, method or kinds of data changed, a consent is not renewed but given and enrolled anew', () => {
  const before = openSite();
  const { id } = addEnrolled(before, ada);
  before.clock.advance(19 * dayMs);
  const after = openSite({ store: before.store, clock: before.clock, changes: { 'face.method': '1:N' } });
  expect(after.consents.state(id, after.policy.binding())).toEqual({ state: 'purpose-changed' });
  expect(() => after.consents.renew(consentRequest(after, id), after.policy.binding())).toThrow(
    coded('consent-required'),
  );
});

test('P14: a renewal that fails half-way leaves the former consent and its template as they were', () => {
  const folder = tempFolder();
  const before = openSite({ store: createTestStore(folder) });
  const { id } = addEnrolled(before, ada);
  before.store.close();
  rawDatabase(folder, (db) => db.exec(`UPDATE template SET sealed = randomblob(length(sealed))`));
  const site = openSite({ store: openTestStore(folder), clock: before.clock });
  const renewal = { ...consentRequest(site, id), expiresAtMs: site.clock.wallMs() + 25 * dayMs };
  expect(() => site.consents.renew(renewal, site.policy.binding())).toThrow(coded('integrity-violation'));
  expect(site.store.consents.ofSubject(id).map(({ endedAtMs }) => endedAtMs)).toEqual([undefined]);
});

test('P14: a renewal while others are being erased is not lost with their keys', async () => {
  const site = openSite();
  const { id } = addEnrolled(site, ada);
  const others = [addEnrolled(site, ada), addEnrolled(site, ada)];
  const erasing = site.eraser.erase(
    others.map(({ id: subjectId }) => ({ subjectId, scope: 'person', trigger: 'order' }) as const),
  );
  await new Promise((resolve) => setImmediate(resolve));
  const renewal = { ...consentRequest(site, id), expiresAtMs: site.clock.wallMs() + 25 * dayMs };
  site.consents.renew(renewal, site.policy.binding());
  await erasing;
  const [template] = site.store.templates.allOf(id);
  expect([site.store.vault.epoch, opened(site, template?.id ?? '')]).toEqual([2, 'opened']);
});

test('P14: a lapsed consent is not renewed', () => {
  const site = openSite();
  const { id } = addEnrolled(site, ada);
  site.clock.advance(20 * dayMs);
  expect(() => site.consents.renew(consentRequest(site, id), site.policy.binding())).toThrow(coded('consent-required'));
});

test('M6.2: a withdrawal after a renewal destroys the template that moved along', async () => {
  const site = openSite();
  const { id } = addEnrolled(site, ada);
  const renewal = { ...consentRequest(site, id), expiresAtMs: site.clock.wallMs() + 25 * dayMs };
  site.consents.renew(renewal, site.policy.binding());
  await site.retention.withdraw({ subjectId: id, requester: 'self', operatorId: 'op-1' });
  expect(site.store.templates.allOf(id)).toEqual([]);
});
