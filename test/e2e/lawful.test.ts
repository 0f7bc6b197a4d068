/** Invariants 2, 4 and 5: no face work without everything the law asks, without an act, or for two at once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { footage, whyNoFootage } from '../support/files.js';
import type { View } from '../support/panel.js';
import {
  addPerson,
  byFace,
  enrol,
  enrolledPerson,
  faceSite,
  type Gate,
  giveConsent,
  openFaceGate,
  openGate,
  type Person,
} from './gate.js';

if (footage === undefined) console.log(whyNoFootage);

describe.skipIf(footage === undefined)('a face', () => {
  let gate: Gate;
  let person: Person;

  beforeAll(async () => {
    if (footage === undefined) return;
    gate = await openFaceGate(faceSite(footage, ['person-a', 'stranger']));
    person = await enrolledPerson(gate);
  });
  afterAll(() => gate.close());

  it('opens the gate for the person who consented and is enrolled', async () => {
    const decision = await gate.panel.verify(byFace(person));
    expect(decision).toMatchObject({ decision: 'grant', reason: 'face-match', subjectId: person.subjectId });
  });

  it('does not open the gate for the card of somebody else', async () => {
    const decision = await gate.panel.verify({ ...byFace(person), doorId: 'stranger', timeoutMs: 4000 });
    expect(decision.decision).not.toBe('grant');
  });

  it('is not looked at without the evidence of an act', async () => {
    const { act: _left, ...actless } = byFace(person);
    const refused = await gate.panel.post('/v1/verifications', { ...door, ...actless });
    expect([refused.status, refused.body.code]).toEqual([422, 'act-missing']);
  });

  it('is not looked at for another purpose than the site’s', async () => {
    const refused = await gate.panel.post('/v1/verifications', { ...door, ...byFace(person), purpose: 'marketing' });
    expect([refused.status, refused.body.code]).toEqual([403, 'purpose-refused']);
  });

  it('is answered alike, and at once, for a person without consent, without enrolment and for nobody', async () => {
    const without = await addPerson(gate);
    const consented = await addPerson(gate);
    await giveConsent(gate, consented);
    const claims = [
      { cardNumber: without.cardNumber },
      { cardNumber: consented.cardNumber },
      { cardNumber: 'FFEEDDCCBBAA' },
      { subjectId: without.subjectId },
      { subjectId: 's-nobody' },
    ];
    const views: View[] = [];
    for (const claim of claims)
      views.push(await gate.panel.start({ act: { kind: 'button' }, claim, methods: ['face'] }));
    expect(views.map(withoutNumbers)).toEqual(claims.map(() => withoutNumbers(views[0])));
    expect(views[0]?.decision).toMatchObject({ decision: 'use-alternative', reason: 'face-not-available' });
  });

  it('cannot be enrolled before the person consented', async () => {
    const { subjectId } = await addPerson(gate);
    const refused = await gate.operator.post(`/v1/subjects/${subjectId}/enrolments`, {
      source: 'camera',
      doorId: 'main',
    });
    expect([refused.status, refused.body.code]).toEqual([409, 'consent-required']);
  });

  it('is no longer used once the consent is withdrawn, and the card still opens', async () => {
    const leaver = await addPerson(gate);
    await giveConsent(gate, leaver);
    await enrol(gate, leaver, [footage?.still('person-b') ?? new Uint8Array()]);
    await gate.operator.post(`/v1/subjects/${leaver.subjectId}/withdrawal`, { requester: 'self' });
    const byItself = await gate.panel.start(byFace(leaver));
    const byCard = await gate.panel.start({ methods: ['card'] });
    const presented = await gate.panel.post<View>(`/v1/verifications/${byCard.verificationId}/card`, {
      cardNumber: leaver.cardNumber,
    });
    expect([byItself.decision?.reason, presented.body.decision?.decision]).toEqual(['face-not-available', 'grant']);
  });

  it('occupies its camera: a second request is refused while one runs, and told when to come back', async () => {
    const first = await gate.panel.start({ ...byFace(person), doorId: 'stranger' });
    const second = await gate.panel.post('/v1/verifications', { ...door, ...byFace(person), doorId: 'stranger' });
    await gate.panel.call('DELETE', `/v1/verifications/${first.verificationId}`);
    expect([second.status, second.body.code, second.headers['retry-after']]).toEqual([409, 'camera-busy', '2']);
  });

  it('seen for one request never answers another', async () => {
    const other = await addPerson(gate);
    await giveConsent(gate, other);
    await enrol(gate, other, [footage?.still('person-b') ?? new Uint8Array()]);
    const cancelled = await gate.panel.start(byFace(person));
    await gate.panel.call('DELETE', `/v1/verifications/${cancelled.verificationId}`);
    const decision = await gate.panel.verify({ ...byFace(other), timeoutMs: 4000 });
    expect(decision.decision).not.toBe('grant');
  });
});

describe.skipIf(footage === undefined)('without', () => {
  it('an impact assessment the answer is face-mode-off, at once', async () => {
    if (footage === undefined) return;
    const gate = await openGate(faceSite(footage, ['person-a']));
    const person = await addPerson(gate);
    const { decision } = await gate.panel.start(byFace(person));
    await gate.close();
    expect(decision).toMatchObject({ decision: 'use-alternative', reason: 'face-mode-off' });
  });

  it('a posted notice the face stays off, and health says why', async () => {
    if (footage === undefined) return;
    const site = faceSite(footage, ['person-a']);
    const gate = await openGate({ ...site, mode: 'live' });
    const { signPosted: _taken, ...unposted } = gate.site.config.site;
    await gate.daemon.stop();
    gate.site.write({ site: unposted });
    const again = await gate.again();
    const { body } = await again.panel.get<{ methods: { face: unknown } }>('/v1/health');
    await again.close();
    expect(body.methods.face).toMatchObject({ works: false, reason: 'notice-not-displayed' });
  });
});

describe.skipIf(footage === undefined)('after the notice has changed', () => {
  it('a face is not looked at until that person has seen the new one; then it opens again', async () => {
    if (footage === undefined) return;
    let gate = await openFaceGate(faceSite(footage, ['person-a']));
    const person = await enrolledPerson(gate);
    await gate.daemon.stop();
    const { site } = gate.site.config;
    const signPosted = { by: 'tester', on: '2026-01-02', statement: 'the new sign hangs' };
    gate.site.write({ site: { ...site, impactOnRights: 'something that was not said before', signPosted } });
    gate = await gate.again();
    await gate.daemon.seeing();
    const suspended = await gate.panel.verify(byFace(person));
    await gate.operator.post(`/v1/subjects/${person.subjectId}/notice`);
    const shown = await gate.panel.verify(byFace(person));
    await gate.close();
    expect([suspended.reason, shown.reason]).toEqual(['face-not-available', 'face-match']);
  });
});

const door = { doorId: 'main', purpose: 'entrance', nonce: 'nonce-of-a-panel' };

/** A view but for what differs between any two verifications. */
function withoutNumbers(view: View | undefined): unknown {
  const { decision } = view ?? {};
  const shown = { ...view, verificationId: '', startedAt: '', expiresAt: '' };
  return {
    ...shown,
    decision: { ...decision, verificationId: '', serial: 0, decidedAt: '', expiresAt: '', signature: '' },
  };
}
