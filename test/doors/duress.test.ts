// A second PIN that opens like the first: whoever stands beside the person sees and measures no difference.
import { describe, expect, test } from 'vitest';
import { ownData } from '#menshen/visit/index.js';
import { ada } from '../support/fake-vision.js';
import { servicesOf } from '../support/screen.js';
import { newestAudit } from '../support/site.js';
import { answerOf, cardOf, type DoorSite, doorSite, duressPin, everyone, pin } from './door-site.js';

async function gate(access?: unknown) {
  const at = await doorSite(access, { changes: { screen: { doorId: 'main', defaultLanguage: 'en' } } });
  const id = await at.person('ann', { face: true });
  const { personNumber = '' } = at.site.store.subjects.profile(id);
  await at.operator('PUT', `subjects/${id}/duress-pin`, { pin: duressPin });
  return { at, id, personNumber };
}
const alarms = async (at: DoorSite) => (await at.events()).filter(({ kind }) => kind === 'duress.alarm');
/** What differs from one verification to the next anyway. */
const unlike = /"(verificationId|serial|signature|startedAt|expiresAt|decidedAt)":("[^"]*"|\d+)/g;

describe('a duress PIN', () => {
  test('gets word for word the answer of the PIN, and tells panels of it in an event', async () => {
    const { at, id, personNumber } = await gate();
    const usual = await at.pin({ personNumber, pin });
    const forced = await at.pin({ personNumber, pin: duressPin });

    expect(JSON.stringify(forced).replaceAll(unlike, '')).toBe(JSON.stringify(usual).replaceAll(unlike, ''));
    expect(answerOf(forced)).toBe('grant pin pin-accepted');
    expect(await alarms(at)).toEqual([
      expect.objectContaining({ subjectId: id, doorId: 'main', verificationId: forced.verificationId }),
    ]);
  });

  test('costs as many password hashes as the PIN, a wrong PIN, and somebody without a duress PIN', async () => {
    const { at, personNumber } = await gate();
    await at.person('bob');
    const cost = async (typed: { personNumber: string; pin: string }) => {
      const before = at.site.hasher.calls;
      await at.pin(typed);
      return at.site.hasher.calls - before;
    };

    expect([
      await cost({ personNumber, pin }),
      await cost({ personNumber, pin: duressPin }),
      await cost({ personNumber, pin: '112358' }),
      await cost({ personNumber: 'N-bob', pin }),
      await cost({ personNumber: 'nobody', pin }),
    ]).toEqual([1, 1, 1, 1, 1]);
  });

  test('with a card is an alarm too', async () => {
    const { at } = await gate({ groups: [{ ...everyone, factors: 'card+pin' }] });
    const waiting = await at.card(cardOf('ann'));

    expect(answerOf(await at.pin({ pin: duressPin }, waiting))).toBe('grant card+pin card-and-pin-accepted');
    expect(await alarms(at)).toHaveLength(1);
  });

  test('in a claim with the face is an alarm before any frame is looked at', async () => {
    const { at, personNumber } = await gate();
    const started = await at.start({ methods: ['face'], claim: { personNumber, pin: duressPin } });
    const before = await alarms(at);
    at.site.vision.show(ada, 3);

    expect([before.length, answerOf(await at.view(started))]).toEqual([1, 'grant face face-match']);
  });

  test('is an alarm also where the door refuses, in the words that the PIN would get', async () => {
    const { at, personNumber } = await gate();
    await at.setState('lock-down');

    expect(answerOf(await at.pin({ personNumber, pin: duressPin }))).toBe('deny pin door-locked-down');
    expect(await alarms(at)).toHaveLength(1);
  });

  test('is shown to no screen: not in its stream, not in the events, which a screen may not read', async () => {
    const { at, personNumber } = await gate();
    await at.pin({ personNumber, pin: duressPin });
    const shown = at.site.verifications.atDoor('main');

    expect((await at.as('kiosk', 'GET', 'events')).status).toBe(403);
    expect((await at.as('kiosk', 'GET', 'doors')).status).toBe(403);
    expect(JSON.stringify(shown)).not.toMatch(/duress|alarm/i);
  });

  test('is not in what the person is shown of themself, on paper or on the screen', async () => {
    const { at, id, personNumber } = await gate();
    await at.pin({ personNumber, pin: duressPin });
    const own = await ownData(at.site, id, { by: 'test', form: 'file' }, 'en');

    expect(JSON.stringify(own)).toContain('pin-accepted');
    expect(JSON.stringify(own)).not.toMatch(/duress|alarm/i);
  });

  test('proves who somebody is at the screen like the PIN, and is an alarm there', async () => {
    const { at, personNumber } = await gate();
    const visit = await at.site.visits.begin({ kind: 'pin', personNumber, pin: duressPin });

    expect([visit.provedBy, (await alarms(at)).length]).toEqual(['pin', 1]);
  });

  test('counts as the PIN for lock-outs: wrong tries before it are forgotten', async () => {
    const { at, personNumber } = await gate();
    const wrong = { personNumber, pin: '112358' };
    for (const typed of [wrong, wrong, { personNumber, pin: duressPin }, wrong, wrong]) await at.pin(typed);

    expect(answerOf(await at.pin({ personNumber, pin }))).toBe('grant pin pin-accepted');
  });
});

describe('setting a duress PIN', () => {
  const setting = async (at: DoorSite, id: string, digits: string) => {
    const { status, body } = await at.operator('PUT', `subjects/${id}/duress-pin`, { pin: digits });
    return status === 204 ? 'set' : body.code;
  };

  test('refuses the PIN itself, a weak one, one without a PIN, and one of nobody', async () => {
    const { at, id } = await gate();
    const { id: bare } = at.site.store.subjects.add({}, 'adult', {
      nowMs: 1,
      expiresAtMs: at.site.clock.wallMs() + 1e9,
    });

    expect([
      await setting(at, id, pin),
      await setting(at, id, '123456'),
      await setting(at, bare, duressPin),
      await setting(at, 'nobody', duressPin),
    ]).toEqual(['conflict', 'body-invalid', 'conflict', 'not-found']);
  });

  test('outlasts a change of the PIN, which may not become the duress PIN', async () => {
    const { at, id, personNumber } = await gate();
    const taken = await at.operator('PUT', `subjects/${id}/pin`, { pin: duressPin });
    const changed = await at.operator('PUT', `subjects/${id}/pin`, { pin: '161803' });
    const answers = [pin, '161803', duressPin].map(async (typed) =>
      answerOf(await at.pin({ personNumber, pin: typed })),
    );

    expect([taken.body.code, changed.status]).toEqual(['conflict', 204]);
    expect(await Promise.all(answers)).toEqual([
      'deny pin credential-rejected',
      'grant pin pin-accepted',
      'grant pin pin-accepted',
    ]);
    expect(await alarms(at)).toHaveLength(1);
  });

  test('goes with a PIN that is set after a change of the pepper, and the operator is told', async () => {
    const { at, id, personNumber } = await gate();
    await servicesOf(at.site).rotation.rotate({ key: 'pin-pepper', by: 'admin' });
    const changed = await at.operator('PUT', `subjects/${id}/pin`, { pin: '161803' });
    const view = await at.operator('GET', `subjects/${id}`);

    expect([changed.status, changed.body.duressPin, view.body.duressPin]).toEqual([200, 'removed', false]);
    expect(String(changed.body.detail)).toContain('Set it anew');
    expect(newestAudit(at.site, 'duress-pin.removed')).toMatchObject({ subjectId: id });
    expect(answerOf(await at.pin({ personNumber, pin: duressPin }))).toBe('deny pin credential-rejected');
    expect((await at.operator('PUT', `subjects/${id}/duress-pin`, { pin: duressPin })).status).toBe(204);
  });

  test('ends when it is removed, and with the PIN', async () => {
    const { at, id, personNumber } = await gate();
    await at.operator('DELETE', `subjects/${id}/duress-pin`);
    const removed = answerOf(await at.pin({ personNumber, pin: duressPin }));
    await setting(at, id, duressPin);
    await at.operator('DELETE', `subjects/${id}/pin`);
    await at.operator('PUT', `subjects/${id}/pin`, { pin });

    expect(removed).toBe('deny pin credential-rejected');
    expect(answerOf(await at.pin({ personNumber, pin: duressPin }))).toBe('deny pin credential-rejected');
    expect((await at.operator('DELETE', `subjects/${id}/duress-pin`)).status).toBe(404);
  });

  test('P47: goes with the person, and the receipt counts it', async () => {
    const { at, id } = await gate();

    expect(JSON.stringify((await at.operator('DELETE', `subjects/${id}`)).body)).toContain('"pins":2');
  });

  test('is an operator’s act and nobody else’s, and is on record', async () => {
    const { at, id } = await gate();
    const asPanel = await at.panel('PUT', `subjects/${id}/duress-pin`, { pin: duressPin });
    const audit = JSON.stringify((await at.as('auditor', 'GET', 'audit?limit=500')).body);

    expect(asPanel.status).toBe(403);
    expect(audit).toContain('duress-pin.set');
    expect(audit).not.toContain(duressPin);
  });
});
