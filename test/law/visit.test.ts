/** What a proven person may do for themself, and what nobody can do as somebody else. */
import { describe, expect, it, test } from 'vitest';
import type { VisitConsent, VisitProof } from '#menshen/visit/index.js';
import { ada } from '../support/fake-vision.js';
import {
  addEnrolled,
  addPerson,
  auditKinds,
  consentRequest,
  dayMs,
  newestAudit,
  openSite,
  type Site,
  type SiteOptions,
} from '../support/site.js';

const pin = '271828';
const coded = (code: string) => expect.objectContaining({ code });

/** An enrolled person with number, PIN and card. */
async function siteOfOne(options: SiteOptions = {}) {
  const site = openSite(options);
  const { id } = addEnrolled(site, ada);
  const { personNumber = '' } = site.store.subjects.profile(id);
  await site.pins.set(id, pin, 6);
  site.store.credentials.addCard(id, '04A1', 1);
  return { site, id, personNumber };
}

const codeOf = ({ codes }: Site, subjectId: string, guardianAuthority?: string): VisitProof => ({
  kind: 'enrolment-code',
  code: codes.make({
    ...{ subjectId, operatorId: 'op-1' },
    ...(guardianAuthority === undefined ? {} : { guardianAuthority }),
  }).code,
});

const ticks = ({ notice }: Site, change: Partial<VisitConsent> = {}): VisitConsent => ({
  ...{ noticeHash: notice.hash, language: 'en', days: 20 },
  ...{ separateAct: true, voluntary: true, alternativesShown: true },
  ...change,
});

const begun = async (site: Site, proof: VisitProof) => (await site.visits.begin(proof)).visitId;

describe('a proof', () => {
  it.each([
    ['an unknown card', { kind: 'card', cardNumber: 'FFFF' }],
    ['an unknown card with a PIN', { kind: 'card', cardNumber: 'FFFF', pin }],
    ['a known card with a wrong PIN', { kind: 'card', cardNumber: '04A1', pin: '314159' }],
    ['an unknown number', { kind: 'pin', personNumber: 'nobody', pin }],
    ['a code that nobody made', { kind: 'enrolment-code', code: 'ABCDEFGH' }],
  ] as const)('by %s is refused in the same words as any other', async (_what, proof) => {
    const { site, personNumber } = await siteOfOne();
    const wrongPin = await site.visits.begin({ kind: 'pin', personNumber, pin: '314159' }).catch(String);
    expect(await site.visits.begin(proof).catch(String)).toBe(wrongPin);
  });

  it('costs the same password hashing for a person that is there and one that is not', async () => {
    const { site, personNumber } = await siteOfOne();
    const before = site.hasher.calls;
    await site.visits.begin({ kind: 'pin', personNumber, pin: '314159' }).catch(() => undefined);
    const known = site.hasher.calls - before;
    await site.visits.begin({ kind: 'pin', personNumber: 'nobody', pin }).catch(() => undefined);
    expect([known, site.hasher.calls - before - known]).toEqual([1, 1]);
  });

  it('shares the PIN’s lock-out with the gate', async () => {
    const { site, personNumber } = await siteOfOne();
    for (let n = 0; n < 3; n += 1) await site.pins.check(personNumber, '314159');
    await site.pins.check(personNumber, '314159');
    await expect(site.visits.begin({ kind: 'pin', personNumber, pin })).rejects.toEqual(coded('proof-refused'));
  });

  it('that failed five times waits two seconds, and then lets the next person in', async () => {
    const { site, personNumber } = await siteOfOne();
    for (let n = 0; n < 5; n += 1)
      await site.visits.begin({ kind: 'enrolment-code', code: `ABCDEFG${n + 2}` }).catch(() => undefined);
    const right = { kind: 'pin', personNumber, pin } as const;
    await expect(site.visits.begin(right)).rejects.toEqual(coded('too-many-requests'));
    site.clock.advance(2000);
    expect((await site.visits.begin(right)).provedBy).toBe('pin');
  });

  it('by face is the port’s word, bound to the card that was shown', async () => {
    const seen: { id?: string } = {};
    const { site, id } = await siteOfOne({ proveByFace: async () => seen.id });
    const stranger = addPerson(site);
    const proof = { kind: 'face', claim: { cardNumber: '04:a1' } } as const;
    await expect(site.visits.begin(proof)).rejects.toEqual(coded('proof-refused'));
    seen.id = stranger.id;
    await expect(site.visits.begin(proof)).rejects.toEqual(coded('proof-refused'));
    seen.id = id;
    expect((await site.visits.begin(proof)).provedBy).toBe('face');
  });

  it('by face without a card is not taken where the site verifies a named person', async () => {
    const { site } = await siteOfOne({ proveByFace: async () => 'somebody' });
    await expect(site.visits.begin({ kind: 'face' })).rejects.toEqual(coded('method-not-allowed'));
  });

  it('of a person whose time here is over is refused like a stranger’s', async () => {
    const { site, personNumber, id } = await siteOfOne();
    site.store.subjects.setExpiry(id, site.clock.wallMs());
    await expect(site.visits.begin({ kind: 'pin', personNumber, pin })).rejects.toEqual(coded('proof-refused'));
  });

  it('is on record, and so is a refused one, without a number or a name', async () => {
    const { site, id, personNumber } = await siteOfOne();
    await begun(site, { kind: 'pin', personNumber, pin });
    await site.visits.begin({ kind: 'card', cardNumber: 'FFFF' }).catch(() => undefined);
    expect(newestAudit(site, 'visit.begun')).toEqual({ subjectId: id, provedBy: 'pin' });
    expect(newestAudit(site, 'visit.refused')).toEqual({ proof: 'card' });
  });
});

describe('a card alone', () => {
  it('withdraws, and shows and changes nothing, where its holder has a PIN', async () => {
    const { site, id } = await siteOfOne();
    const view = await site.visits.begin({ kind: 'card', cardNumber: '04A1' });
    expect([view.may, view.person.cards, view.person.ageBand]).toEqual([['withdraw'], 0, 'undeclared']);
    await expect(site.visits.ownData(view.visitId)).rejects.toEqual(coded('act-refused'));
    await expect(site.visits.setPin(view.visitId, '918273')).rejects.toEqual(coded('act-refused'));
    expect(() => site.visits.addCard(view.visitId, '04A2')).toThrow(coded('act-refused'));
    await site.visits.withdraw(view.visitId, 'self');
    expect(site.store.templates.allOf(id)).toEqual([]);
  });

  it('with its PIN opens everything', async () => {
    const { site } = await siteOfOne();
    const { may, provedBy } = await site.visits.begin({ kind: 'card', cardNumber: '04A1', pin });
    expect([provedBy, may]).toEqual(['card+pin', ['withdraw', 'see-data', 'set-pin', 'add-card']]);
  });

  it('is proof enough of a person without a PIN, where the site asks for none', async () => {
    const { site, id } = await siteOfOne();
    site.store.credentials.removePin(id);
    const { may } = await site.visits.begin({ kind: 'card', cardNumber: '04A1' });
    expect(may).toEqual(['withdraw', 'see-data']);
  });

  it('is not, where the site asks for one', async () => {
    const { site, id } = await siteOfOne({ changes: { 'credentials.card.pinRequired': true } });
    site.store.credentials.removePin(id);
    const { may } = await site.visits.begin({ kind: 'card', cardNumber: '04A1' });
    expect(may).toEqual(['withdraw']);
  });
});

describe('a visit', () => {
  it('ends by itself after three minutes, and is extended by the whole time', async () => {
    const { site, personNumber } = await siteOfOne();
    const id = await begun(site, { kind: 'pin', personNumber, pin });
    site.timers.advance(170_000);
    site.visits.extend(id);
    site.timers.advance(170_000);
    expect(site.visits.view(id).provedBy).toBe('pin');
    site.timers.advance(10_000);
    expect(() => site.visits.view(id)).toThrow(coded('visit-ended'));
  });

  it('that was ended does nothing any more', async () => {
    const { site, personNumber } = await siteOfOne();
    const id = await begun(site, { kind: 'pin', personNumber, pin });
    site.visits.end(id);
    await expect(site.visits.withdraw(id, 'self')).rejects.toEqual(coded('visit-ended'));
  });

  it('that ends while a PIN is hashed changes no PIN', async () => {
    const { site, id, personNumber } = await siteOfOne();
    const visitId = await begun(site, { kind: 'pin', personNumber, pin });
    site.hasher.hold();
    const setting = site.visits.setPin(visitId, '918273');
    site.visits.end(visitId);
    site.hasher.release();
    await expect(setting).rejects.toEqual(coded('visit-ended'));
    expect(await site.pins.check(personNumber, pin)).toEqual({ outcome: 'accepted', subjectId: id });
  });

  it('of a person who was erased meanwhile has ended', async () => {
    const { site, id, personNumber } = await siteOfOne();
    const visitId = await begun(site, { kind: 'pin', personNumber, pin });
    await site.retention.eraseSubject(id, 'order');
    await expect(site.visits.ownData(visitId)).rejects.toEqual(coded('visit-ended'));
  });

  it('is one a person: a new one ends the former', async () => {
    const { site, personNumber } = await siteOfOne();
    const first = await begun(site, { kind: 'pin', personNumber, pin });
    await begun(site, { kind: 'pin', personNumber, pin });
    expect(() => site.visits.view(first)).toThrow(coded('visit-ended'));
  });

  it('shows nobody else’s receipt', async () => {
    const { site, personNumber } = await siteOfOne();
    const other = addEnrolled(site, ada);
    const receipt = await site.retention.withdraw({ subjectId: other.id, requester: 'self', operatorId: 'op-1' });
    const visitId = await begun(site, { kind: 'pin', personNumber, pin });
    expect(() => site.visits.receipt(visitId, receipt.id)).toThrow(coded('not-found'));
  });
});

describe('an enrolment code', () => {
  it('lets a person consent and enrol, and neither withdraw nor see what is held', async () => {
    const site = openSite();
    const { id } = addPerson(site);
    const { visitId, may } = await site.visits.begin(codeOf(site, id));
    expect(may).toEqual(['consent', 'set-pin', 'add-card']);
    expect(site.visits.consent(visitId, ticks(site)).may).toEqual(['enrol', 'set-pin', 'add-card']);
    expect(site.visits.enrolment(visitId)).toEqual({ subjectId: id, operatorId: 'op-1' });
  });

  it('is good once', async () => {
    const site = openSite();
    const proof = codeOf(site, addPerson(site).id);
    await site.visits.begin(proof);
    await expect(site.visits.begin(proof)).rejects.toEqual(coded('proof-refused'));
  });

  it('is good for thirty minutes, also when the clock is set back', async () => {
    const site = openSite();
    const proof = codeOf(site, addPerson(site).id);
    site.clock.advance(30 * 60_000);
    site.clock.jumpWall(-dayMs);
    await expect(site.visits.begin(proof)).rejects.toEqual(coded('proof-refused'));
  });

  it('is replaced by the person’s next one', async () => {
    const site = openSite();
    const { id } = addPerson(site);
    const [first, second] = [codeOf(site, id), codeOf(site, id)];
    await expect(site.visits.begin(first)).rejects.toEqual(coded('proof-refused'));
    expect((await site.visits.begin(second)).provedBy).toBe('enrolment-code');
  });

  it('may be typed in small letters with a gap', async () => {
    const site = openSite();
    const { code } = site.codes.make({ subjectId: addPerson(site).id, operatorId: 'op-1' });
    const typed = ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `;
    expect((await site.visits.begin({ kind: 'enrolment-code', code: typed })).provedBy).toBe('enrolment-code');
  });

  it('has eight characters that nobody mixes up, and stands nowhere in the store', async () => {
    const site = openSite();
    const { code } = site.codes.make({ subjectId: addPerson(site).id, operatorId: 'op-1' });
    const [entry] = site.store.registers.list('enrolment-code');
    expect(code).toMatch(/^[A-HJKMNP-Z2-9]{8}$/);
    expect(JSON.stringify([entry, newestAudit(site, 'enrolment-code.made')])).not.toContain(code);
  });

  it('leaves a record of who made it and of its use', async () => {
    const site = openSite();
    await site.visits.begin(codeOf(site, addPerson(site).id));
    expect(auditKinds(site)).toEqual(expect.arrayContaining(['enrolment-code.made', 'enrolment-code.used']));
  });

  it('of a person who has a PIN changes no PIN', async () => {
    const { site, id } = await siteOfOne();
    const { visitId, may } = await site.visits.begin(codeOf(site, id));
    expect(may).not.toContain('set-pin');
    await expect(site.visits.setPin(visitId, '918273')).rejects.toEqual(coded('act-refused'));
  });

  it('M10.1: lets a person who has no PIN yet choose their first', async () => {
    const site = openSite();
    const { id } = addPerson(site);
    const visitId = await begun(site, codeOf(site, id));
    expect((await site.visits.setPin(visitId, '918273')).person.hasPin).toBe(true);
  });

  it('is forgotten after a day', () => {
    const site = openSite();
    const { id } = addPerson(site);
    codeOf(site, id);
    site.clock.advance(dayMs + 1);
    codeOf(site, id);
    expect(site.store.registers.count('enrolment-code')).toBe(1);
  });
});

test('M6.1: consent at the screen is refused unless each tick is the person’s own', async () => {
  const site = openSite();
  const { id } = addPerson(site);
  const visitId = await begun(site, codeOf(site, id));
  for (const tick of ['separateAct', 'voluntary', 'alternativesShown'] as const)
    expect(() => site.visits.consent(visitId, ticks(site, { [tick]: false }))).toThrow(coded('consent-required'));
  expect(() => site.visits.consent(visitId, ticks(site, { days: 31 }))).toThrow(coded('expiry-invalid'));
  expect(() => site.visits.consent(visitId, ticks(site, { days: Number.NaN }))).toThrow(coded('expiry-invalid'));
  expect(site.store.consents.ofSubject(id)).toEqual([]);
});

test('M6.2: a person withdraws at the screen with card, PIN or face, and holds the receipt', async () => {
  const seen: { id?: string } = {};
  for (const kind of ['card', 'pin', 'face'] as const) {
    const { site, id, personNumber } = await siteOfOne({ proveByFace: async () => seen.id });
    seen.id = id;
    const proofs = {
      card: { kind, cardNumber: '04A1' },
      pin: { kind, personNumber, pin },
      face: { kind, claim: { cardNumber: '04A1' } },
    };
    const visitId = await begun(site, proofs[kind] as VisitProof);
    const receipt = await site.visits.withdraw(visitId, 'self', 'en');
    expect([receipt.kind, site.store.templates.allOf(id), site.visits.view(visitId).may.includes('withdraw')]).toEqual([
      'withdrawal',
      [],
      false,
    ]);
    expect(site.visits.receipt(visitId, receipt.receiptId, 'en')).toEqual(receipt);
  }
});

test('M7.1: at the screen a child’s consent needs the guardian and what the operator stated of their authority', async () => {
  const site = openSite({ changes: { 'site.minorsRules': 'rules words' } });
  const { id } = addPerson(site, 'minor');
  expect(() => codeOf(site, id)).toThrow(coded('guardian-required'));
  const visitId = await begun(site, codeOf(site, id, 'household register seen'));
  expect(site.visits.view(visitId).person.guardianNeeded).toBe(true);
  expect(() => site.visits.consent(visitId, ticks(site))).toThrow(coded('guardian-required'));
  const guardian = { name: 'Wang Fang', relationship: 'mother', reviewDate: '2030-01-01' };
  site.visits.consent(visitId, ticks(site, { guardian }));
  const [record] = site.store.consents.ofSubject(id);
  expect(record?.body).not.toContain('Wang Fang');
  expect(JSON.parse(record?.body ?? '{}').guardian).toMatchObject({
    authorityCheckedBy: 'household register seen',
    relationship: 'mother',
  });
});

test('M5.6: a person who proved who they are looks at the changed notice, and nobody’s card alone does it for them', async () => {
  const { site, id, personNumber } = await siteOfOne();
  const changed = openSite({ store: site.store, clock: site.clock, changes: { 'site.impactOnRights': 'other words' } });
  const visitId = await begun(changed, { kind: 'pin', personNumber: 'X', pin }).catch(() => undefined);
  expect(visitId).toBeUndefined();
  await changed.pins.set(id, pin, 6);
  const byCard = await changed.visits.begin({ kind: 'card', cardNumber: '04A1' });
  expect(byCard.may).toEqual(['withdraw']);
  const byPin = await begun(changed, { kind: 'pin', personNumber, pin });
  expect(() => changed.visits.noticeSeen(byPin, 'f00d')).toThrow(coded('notice-outdated'));
  expect(changed.visits.noticeSeen(byPin, changed.notice.hash).person.consent).toBe('valid');
});

test('P14: a renewal before the end keeps the template and binds it to the new record', async () => {
  const { site, id, personNumber } = await siteOfOne();
  const visitId = await begun(site, { kind: 'pin', personNumber, pin });
  expect(site.visits.view(visitId).may).not.toContain('renew-consent');
  site.clock.advance(17 * dayMs);
  const nearEnd = await begun(site, { kind: 'pin', personNumber, pin });
  expect(site.visits.view(nearEnd).may).toContain('renew-consent');
  site.visits.renewConsent(nearEnd, ticks(site, { days: 13 }));
  const [template] = site.store.templates.allOf(id);
  const consents = site.store.consents.ofSubject(id);
  expect([consents[0]?.endReason, template?.consentId]).toEqual(['superseded', consents[1]?.recordId]);
  expect(site.policy.person(id).ready).toBe(true);
  const same = site.store.templates.withVector(template?.id ?? '', (vector) => [...vector]);
  expect(same).toEqual([...ada.vector]);
});

test('P45: what a person sees of themself is on record, and holds no template', async () => {
  const { site, id, personNumber } = await siteOfOne();
  const visitId = await begun(site, { kind: 'pin', personNumber, pin });
  const shown = JSON.stringify(await site.visits.ownData(visitId, 'en'));
  expect([shown.includes(personNumber), /\d(?:,-?\d[\d.e-]*){16}|[\w+/]{200,}/.test(shown)]).toEqual([true, false]);
  expect(newestAudit(site, 'own-data.shown')).toEqual({ subjectId: id, by: 'self', form: 'screen', provedBy: 'pin' });
});

test('M8.3: a renewal keeps no template longer than the site’s period since it was made', () => {
  const site = openSite();
  const { id } = addEnrolled(site, ada);
  site.clock.advance(17 * dayMs);
  const renewal = { ...consentRequest(site, id), expiresAtMs: site.clock.wallMs() + 14 * dayMs };
  expect(() => site.consents.renew(renewal, site.policy.binding())).toThrow(coded('expiry-invalid'));
});
