import { describe, expect, it } from 'vitest';
import type { ConsentRequest } from '#menshen/consent/index.js';
import { verifySignature } from '#menshen/crypto/index.js';
import type { AgeBand } from '#menshen/store/index.js';
import { ada } from '../support/fake-vision.js';
import {
  addEnrolled,
  addPerson,
  auditKinds,
  type ConfigChanges,
  consentRequest,
  dayMs,
  openSite,
  type Site,
} from '../support/site.js';
import { createTestStore, openTestStore, tempFolder } from '../support/temp-store.js';

const guardian = {
  pseudonym: 'g-1',
  relationship: 'mother',
  authorityCheckedBy: 'op-1',
  reviewDate: '2030-01-01',
};
const minorsRules = 'minors words';

function ask(site: Site, ageBand: AgeBand, change: Partial<ConsentRequest> = {}): () => unknown {
  const { id } = addPerson(site, ageBand);
  return () => site.consents.give({ ...consentRequest(site, id), ...change }, site.policy.binding());
}

const coded = (code: string) => expect.objectContaining({ code });

describe('a consent', () => {
  it('is valid when nothing speaks against it', () => {
    const site = openSite();
    const { id } = addPerson(site);
    const given = site.consents.give(consentRequest(site, id), site.policy.binding());
    expect(site.consents.state(id, site.policy.binding())).toEqual({ state: 'valid', consent: given });
  });

  it.each([
    ['is not a separate act', { separateAct: false }, 'consent-required'],
    ['is not voluntary', { voluntary: false }, 'consent-required'],
    ['was given without the alternatives in view', { alternativesShown: false }, 'consent-required'],
    ['names an old notice', { noticeHash: 'f00d' }, 'notice-outdated'],
    ['has run out when it is given', { expiresAtMs: 1 }, 'expiry-invalid'],
  ])('that %s is refused', (_why, change, code) => {
    expect(ask(openSite(), 'adult', change)).toThrow(coded(code));
  });

  it('may last as long as the notice says, and not a millisecond longer', () => {
    const site = openSite();
    const longest = site.clock.wallMs() + 30 * dayMs;
    expect(ask(site, 'adult', { expiresAtMs: longest })).not.toThrow();
    expect(ask(site, 'adult', { expiresAtMs: longest + 1 })).toThrow(coded('expiry-invalid'));
  });

  it('of nobody known is refused', () => {
    const site = openSite();
    expect(() => site.consents.give(consentRequest(site, 's-none'), site.policy.binding())).toThrow(coded('not-found'));
  });

  it('that is refused leaves no record', () => {
    const site = openSite();
    const { id } = addPerson(site);
    const refused = () =>
      site.consents.give({ ...consentRequest(site, id), separateAct: false }, site.policy.binding());
    expect(refused).toThrow();
    expect([site.store.consents.ofSubject(id), auditKinds(site).includes('consent.given')]).toEqual([[], false]);
  });

  it('ends where its time does', () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    site.clock.advance(20 * dayMs);
    expect(site.consents.state(id, site.policy.binding())).toEqual({ state: 'expired' });
  });

  it('takes the place of the one before, and is chained to it', () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    site.consents.give(consentRequest(site, id), site.policy.binding());
    const [first, second] = site.store.consents.ofSubject(id);
    expect([first?.endReason, JSON.parse(first?.body ?? '{}').prevHash]).toEqual(['superseded', null]);
    expect([second?.endedAtMs, JSON.parse(second?.body ?? '{}').prevHash]).toEqual([
      undefined,
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
  });

  it('is a signed record with every field the law’s list names, and no biometric', () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    const [row] = site.store.consents.ofSubject(id);
    expect(
      verifySignature(site.store.signingKey.publicKey, row?.body ?? '', row?.signature ?? new Uint8Array(64)),
    ).toBe(true);
    expect(Object.keys(JSON.parse(row?.body ?? '{}')).sort()).toEqual(
      [
        ...['accessMode', 'ageBand', 'alternativesShown', 'expiry', 'form', 'language', 'materialHash', 'noticeHash'],
        ...['deviceId', 'noticeTextHash', 'writtenRequired'],
        ...[
          'operatorId',
          'prevHash',
          'purpose',
          'recordId',
          'separateAct',
          'subjectId',
          'timestamp',
          'transferConsent',
        ],
        'voluntaryStatement',
      ].sort(),
    );
  });

  it('to a transfer is never part of it', () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    expect(JSON.parse(site.store.consents.ofSubject(id)[0]?.body ?? '{}').transferConsent).toBe(false);
  });

  it('is none when nobody asked', () => {
    const site = openSite();
    expect(site.consents.state(addPerson(site).id, site.policy.binding())).toEqual({ state: 'none' });
  });

  it('cannot be given a later end behind the daemon’s back', () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    const [row] = site.store.consents.ofSubject(id);
    const forged = { ...row, recordId: 'c-forged', expiresAtMs: (row?.expiresAtMs ?? 0) + 1000 * dayMs };
    site.store.consents.endAll(id, 'superseded', site.clock.wallMs());
    site.store.consents.add(forged as Required<typeof forged>);
    site.clock.advance(25 * dayMs);
    expect(site.consents.state(id, site.policy.binding()).state).not.toBe('valid');
  });
});

describe('a minor’s consent', () => {
  const withRules = () => openSite({ changes: { 'site.minorsRules': minorsRules } });

  it.each(['minor', 'undeclared'] as const)('of age band %s needs a guardian', (ageBand) => {
    expect(ask(withRules(), ageBand)).toThrow(coded('guardian-required'));
  });

  it.each(['minor', 'undeclared'] as const)('of age band %s needs the site’s rules for minors', (ageBand) => {
    expect(ask(openSite(), ageBand, { guardian })).toThrow(coded('guardian-required'));
  });

  it.each(['minor', 'undeclared'] as const)('of age band %s is taken with a guardian and rules', (ageBand) => {
    expect(ask(withRules(), ageBand, { guardian })).not.toThrow();
  });

  it('records the guardian and the rules that held', () => {
    const site = withRules();
    const { id } = addPerson(site, 'minor');
    site.consents.give({ ...consentRequest(site, id), guardian }, site.policy.binding());
    expect(JSON.parse(site.store.consents.ofSubject(id)[0]?.body ?? '{}').guardian).toEqual({
      ...guardian,
      minorPseudonym: id,
      minorRulesHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      act: { form: 'electronic', accessMode: 'screen', at: new Date(site.clock.wallMs()).toISOString() },
    });
  });
});

describe('a consent after the configuration changed', () => {
  /** The state of a consent that was given before the daemon restarted with other settings. */
  function restartedWith(changes: ConfigChanges): { site: Site; id: string; state: () => string } {
    const folder = tempFolder();
    const before = openSite({ store: createTestStore(folder) });
    const { id } = addEnrolled(before, ada);
    before.store.close();
    const site = openSite({ store: openTestStore(folder), clock: before.clock, changes });
    return { site, id, state: () => site.consents.state(id, site.policy.binding()).state };
  }

  it.each([
    ['log.level', 'debug'],
    ['face.minFrames', 4],
    ['face.falseMatchRate', 0.001],
    ['http.port', 9999],
    ['verification.defaultTimeoutMs', 9000],
    ['clock.jumpToleranceMs', 5000],
    ['site.name', 'Another name on the door'],
  ])('in %s suspends nobody', (key, value) => {
    expect(restartedWith({ [key]: value }).state()).toBe('valid');
  });

  it.each([
    ['site.retention.maxDays', 29],
    ['site.processor.contact', 'other@example.invalid'],
    ['site.necessity', 'other words'],
    ['site.purpose.description', 'other words'],
    ['site.minorsRules', minorsRules],
  ])('in %s is suspended until the new notice was shown', (key, value) => {
    const { site, id, state } = restartedWith({ [key]: value });
    const before = state();
    site.consents.noticeShown(id, site.policy.binding());
    expect([before, state()]).toEqual(['notice-changed', 'valid']);
  });

  it.each([
    ['site.purpose.code', 'attendance'],
    ['face.method', '1:N'],
    ['credentials.card.enabled', false],
    ['site.processor.name', 'Another Processor'],
  ])('in %s does not hold any more, even when the new notice was shown', (key, value) => {
    const { site, id, state } = restartedWith({ [key]: value });
    site.consents.noticeShown(id, site.policy.binding());
    expect(state()).toBe('purpose-changed');
  });

  it('in a material way can be given anew', () => {
    const { site, id, state } = restartedWith({ 'site.purpose.code': 'attendance' });
    site.consents.give(consentRequest(site, id), site.policy.binding());
    expect(state()).toBe('valid');
  });

  it('holds again when the change is taken back', () => {
    const folder = tempFolder();
    const first = openSite({ store: createTestStore(folder) });
    const { id } = addEnrolled(first, ada);
    first.store.close();
    openSite({
      store: openTestStore(folder),
      clock: first.clock,
      changes: { 'site.necessity': 'another reason, said in a sentence of its own' },
    }).store.close();
    const site = openSite({ store: openTestStore(folder), clock: first.clock });
    expect(site.consents.state(id, site.policy.binding()).state).toBe('valid');
  });

  it('shown to nobody known is refused', () => {
    const site = openSite();
    expect(() => site.consents.noticeShown('s-none', site.policy.binding())).toThrow(coded('not-found'));
  });
});
