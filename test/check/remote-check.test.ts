import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { LanAnswer, LanCall } from '#menshen/core/index.js';
import { MenshenError } from '#menshen/core/index.js';
import { answerOf, cardOf, type DoorSite, doorSite, duressPin, everyone, pin, type Shown } from '../doors/door-site.js';
import { ada } from '../support/fake-vision.js';
import type { View } from '../support/panel.js';
import { newestAudit, type SiteOptions } from '../support/site.js';

const vip = { id: 'guards', doors: ['main'] };
const access = (rule: Record<string, unknown> = {}) => ({
  groups: [everyone, vip],
  doors: [{ doorId: 'main', ...rule }],
});

async function held(remoteCheck: Record<string, unknown> = {}, rule = {}, options: SiteOptions = {}) {
  const at = await doorSite(access(rule), {
    ...options,
    changes: { remoteCheck: { doors: ['main'], timeoutMs: 4000, ...remoteCheck }, ...options.changes },
  });
  const subjectId = await at.person('ann');
  return { at, subjectId };
}

interface Asked {
  readonly serial: number;
  readonly nonce: string;
  readonly verificationId: string;
  readonly [field: string]: unknown;
}

async function asked(at: DoorSite, nth = -1): Promise<Asked> {
  const events = (await at.events()).filter(({ kind }) => kind === 'verification.check-asked');
  const event = events.at(nth);
  if (event === undefined) throw new Error('nothing was asked');
  return event as unknown as Asked;
}

const answer = (at: DoorSite, { verificationId, serial, nonce }: Asked, change: Record<string, unknown> = {}) =>
  at.as<View & { code?: string }>('desk', 'POST', `verifications/${verificationId}/check`, {
    ...{ serial, nonce, result: 'success' },
    ...change,
  });

const started = { doorId: 'main', purpose: 'entrance', nonce: 'nonce-of-a-panel', act: { kind: 'button' } } as const;

const shown = async (at: DoorSite, shownView: Shown) => answerOf(await at.view(shownView));

describe('a door where the panel has the last word', () => {
  test('stays shut, and says so, until the panel says yes', async () => {
    const { at, subjectId } = await held();
    const view = await at.card(cardOf('ann'));
    expect(view).toMatchObject({ state: 'waiting', awaiting: 'panel', methods: [] });

    const event = await asked(at);
    expect(event).toMatchObject({ doorId: 'main', subjectId, verificationId: view.verificationId, method: 'card' });
    const { body } = await answer(at, event);

    expect(answerOf(body)).toBe('grant card card-accepted');
    expect(newestAudit(at.site, 'verification.decided')).toMatchObject({
      panelCheck: 'success',
      checkSerial: String(event.serial),
    });
  });

  test('stays shut when the panel says no', async () => {
    const { at } = await held();
    await at.card(cardOf('ann'));
    const { body } = await answer(at, await asked(at), { result: 'failed', info: 'zone-full' });
    expect(answerOf(body)).toBe('deny card panel-refused');
    expect(newestAudit(at.site, 'verification.decided')).toMatchObject({ checkInfo: 'zone-full' });
  });

  test('asks nobody about who is refused here anyway', async () => {
    const { at } = await held();
    const view = await at.card('99999999');
    expect(answerOf(view)).toBe('deny card credential-rejected');
    expect((await at.events()).some(({ kind }) => kind === 'verification.check-asked')).toBe(false);
  });

  test('holds the face too, and frees the camera meanwhile', async () => {
    const { at } = await held();
    await at.person('ada', { face: true });
    const view = await at.start({ claim: { cardNumber: cardOf('ada') } });
    at.site.vision.show(ada, 3);
    expect(await at.view(view)).toMatchObject({ awaiting: 'panel', face: 'ended' });
    const other = await at.start({ claim: { cardNumber: cardOf('ada') } });
    expect(other.face).toBe('in-progress');
    const { body } = await answer(at, await asked(at));
    expect(answerOf(body)).toBe('grant card+face face-match');
  });

  test('asks nobody while it stands free: a way out waits for no panel', async () => {
    const { at } = await held();
    await at.setState('free');
    expect(answerOf(await at.card(cardOf('ann')))).toBe('grant card card-accepted');
  });

  test('other doors do not wait', async () => {
    const { at } = await held();
    expect(answerOf(await at.card(cardOf('ann'), { doorId: 'side' }))).toBe('grant card card-accepted');
  });
});

describe('a panel that is away', () => {
  test('lets nobody pass where the site says deny', async () => {
    const { at } = await held();
    const view = await at.card(cardOf('ann'));
    at.site.timers.advance(4000);
    expect(await shown(at, view)).toBe('deny card panel-away');
  });

  test('lets those pass whom the site lists, and the record says why', async () => {
    const { at } = await held({ whenAway: { grantGroups: ['guards'] } });
    await at.person('guard', { groups: ['guards'] });
    const guard = await at.card(cardOf('guard'));
    const ann = await at.card(cardOf('ann'));
    at.site.timers.advance(4000);
    expect(await shown(at, guard)).toBe('grant card panel-away-granted');
    expect(await shown(at, ann)).toBe('deny card panel-away');
    expect(newestAudit(at.site, 'verification.decided')).toMatchObject({ panelCheck: 'away' });
  });

  test('has the whole time, also where the verification’s own time is shorter', async () => {
    const { at } = await held();
    const view = await at.card(cardOf('ann'), { timeoutMs: 1000 });
    at.site.timers.advance(2000);
    expect((await at.view(view)).state).toBe('waiting');
    expect(answerOf((await answer(at, await asked(at))).body)).toBe('grant card card-accepted');
  });
});

describe('an answer that does not count', () => {
  test.each([
    ['another nonce', { nonce: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['another serial', { serial: 99 }],
  ])('is refused, and the door stays held: %s', async (_what, change) => {
    const { at } = await held();
    const view = await at.card(cardOf('ann'));
    const { status, body } = await answer(at, await asked(at), change);
    expect([status, body.code]).toEqual([409, 'check-refused']);
    expect((await at.view(view)).state).toBe('waiting');
    expect(newestAudit(at.site, 'verification.check-refused')).toMatchObject({ why: 'another-check' });
  });

  test('is refused the second time, whatever it says', async () => {
    const { at } = await held();
    const view = await at.card(cardOf('ann'));
    const event = await asked(at);
    await answer(at, event, { result: 'failed' });
    const again = await answer(at, event);
    expect([again.status, again.body.code]).toEqual([409, 'check-refused']);
    expect(await shown(at, view)).toBe('deny card panel-refused');
  });

  test('is refused when it comes too late', async () => {
    const { at } = await held();
    const view = await at.card(cardOf('ann'));
    const event = await asked(at);
    at.site.timers.advance(4000);
    expect((await answer(at, event)).status).toBe(409);
    expect(await shown(at, view)).toBe('deny card panel-away');
  });

  test('is refused even before the timer that should have ended it came to run', async () => {
    const { at } = await held();
    await at.card(cardOf('ann'));
    const event = await asked(at);
    at.site.clock.advance(4000);
    expect((await answer(at, event)).status).toBe(409);
  });

  test('of one person’s check opens nothing for another', async () => {
    const { at } = await held();
    await at.person('bob');
    await at.card(cardOf('ann'));
    const bob = await at.card(cardOf('bob'));
    const ofAnn = await asked(at, -2);
    const { status } = await answer(at, { ...ofAnn, verificationId: bob.verificationId });
    expect(status).toBe(409);
    expect((await at.view(bob)).state).toBe('waiting');
  });

  test('is none of an operator’s or a kiosk’s', async () => {
    const { at } = await held();
    await at.card(cardOf('ann'));
    const { verificationId, serial, nonce } = await asked(at);
    const body = { serial, nonce, result: 'success' };
    for (const role of ['operator', 'kiosk', 'auditor'] as const)
      expect((await at.as(role, 'POST', `verifications/${verificationId}/check`, body)).status).toBe(403);
  });

  test('is none of the panel’s that started the verification, which goes on waiting', async () => {
    const { at } = await held();
    const view = await at.card(cardOf('ann'));
    const { verificationId, serial, nonce } = await asked(at);
    const own = { serial, nonce, result: 'success' };
    const { status, body } = await at.panel('POST', `verifications/${verificationId}/check`, own);
    expect([status, body.code, (await at.view(view)).state]).toEqual([409, 'check-refused', 'waiting']);
    expect(newestAudit(at.site, 'verification.check-refused')).toMatchObject({ why: 'not-asked' });
  });

  test.each([
    ['a panel that is not listed', 'panel-0123456789ab', 'waiting'],
    ['a listed one, also where it started the verification', 'a1b2c3d4e5f6', 'decided'],
    ['a listed user of ISAPI', 'isapi:north', 'decided'],
  ])('where the site lists its panels, of %s: %s leaves it %s', async (_what, by, state) => {
    const { at } = await held({ panels: ['a1b2c3d4e5f6', 'isapi:north'] });
    const { site } = at;
    const { verificationId } = await site.verifications.start({ ...started, callerId: 'a1b2c3d4e5f6' });
    await at.card(cardOf('ann'), { verificationId } as View);
    const { serial, nonce } = await asked(at);
    const word = () => site.remoteChecks.answer(verificationId, { serial, nonce, result: 'success' }, by);
    if (state === 'waiting') expect(word).toThrow(expect.objectContaining({ code: 'check-refused' }));
    else word();
    expect(site.verifications.view(verificationId).state).toBe(state);
  });

  test('fills no disk, however often it comes', async () => {
    const { at } = await held();
    await at.card(cardOf('ann'));
    const event = await asked(at);
    for (let n = 0; n < 20; n += 1) await answer(at, event, { serial: 99 });
    const recorded = at.site.store.auditLog.page(0, 10_000).filter(({ kind }) => kind === 'verification.check-refused');
    expect(recorded).toHaveLength(5);
  });
});

describe('where some pass while the panel is away', () => {
  const guarded = async (remoteCheck: Record<string, unknown> = {}, rule = {}) => {
    const { at } = await held({ whenAway: { grantGroups: ['guards'] }, ...remoteCheck }, rule);
    await at.person('guard', { groups: ['guards'] });
    return at;
  };
  type From = Parameters<DoorSite['as']>[0];
  const says = (at: DoorSite, from: From, { verificationId }: Asked, body: unknown) =>
    at.as<View>(from, 'POST', `verifications/${verificationId}/check`, body);

  test('the no of the panel that started the verification counts: it keeps the door shut', async () => {
    const at = await guarded();
    await at.card(cardOf('guard'));
    const event = await asked(at);
    const { body } = await says(at, 'panel', event, { serial: event.serial, nonce: event.nonce, result: 'failed' });
    expect(answerOf(body)).toBe('deny card panel-refused');
  });

  test('the no of the panel that told of the first of two persons counts too', async () => {
    const at = await guarded({}, { twoPersons: true });
    const { body: ofFirst } = await at.as<View>('desk', 'POST', 'verifications', started);
    await at.as('desk', 'POST', `verifications/${ofFirst.verificationId}/card`, { cardNumber: cardOf('ann') });
    await at.card(cardOf('guard'));
    const event = await asked(at);
    const { body } = await says(at, 'desk', event, { serial: event.serial, nonce: event.nonce, result: 'failed' });
    expect(answerOf(body)).toBe('deny card panel-refused');
  });

  test.each<[string, From, (event: Asked) => unknown, Record<string, unknown>?]>([
    ['a no with another nonce', 'desk', ({ serial }) => ({ serial, nonce: 'A'.repeat(22), result: 'failed' })],
    ['a no with another serial', 'desk', ({ nonce }) => ({ serial: 99, nonce, result: 'failed' })],
    [
      'a no of a panel that is not listed',
      'desk',
      ({ serial, nonce }) => ({ serial, nonce, result: 'failed' }),
      { panels: ['0123456789ab'] },
    ],
    ['its own yes', 'panel', ({ serial, nonce }) => ({ serial, nonce, result: 'success' })],
    ['a no in a word that nobody knows', 'desk', ({ serial, nonce }) => ({ serial, nonce, result: 'no' })],
    ['what cannot be read', 'desk', () => '{"result":"fail'],
  ])('%s opens nothing, also not once the time is over', async (_what, from, body, remoteCheck = {}) => {
    const at = await guarded(remoteCheck);
    const view = await at.card(cardOf('guard'));
    const { status } = await says(at, from, await asked(at), body(await asked(at)));
    at.site.timers.advance(4000);
    expect([status >= 400, await shown(at, view)]).toEqual([true, 'deny card panel-away']);
    expect(newestAudit(at.site, 'verification.decided')).toMatchObject({ panelCheck: 'doubted' });
  });

  test('a no that comes too late, but before the timer, opens nothing', async () => {
    const at = await guarded();
    const view = await at.card(cardOf('guard'));
    const event = await asked(at);
    at.site.clock.advance(4000);
    await answer(at, event, { result: 'failed' });
    at.site.timers.advance(4000);
    expect(await shown(at, view)).toBe('deny card panel-away');
  });

  test('an answer that does not count takes nothing from the one that does', async () => {
    const at = await guarded();
    await at.card(cardOf('guard'));
    const event = await asked(at);
    await answer(at, event, { serial: 99 });
    expect(answerOf((await answer(at, event)).body)).toBe('grant card card-accepted');
  });

  test('a word about one check says nothing of another', async () => {
    const at = await guarded();
    await at.card(cardOf('ann'));
    const guard = await at.card(cardOf('guard'));
    await answer(at, await asked(at, -2), { serial: 99, result: 'failed' });
    at.site.timers.advance(4000);
    expect(await shown(at, guard)).toBe('grant card panel-away-granted');
  });

  test.each(['operator', 'kiosk', 'auditor'] as const)(
    'the word of the role %s, which has none, changes nothing',
    async (role) => {
      const at = await guarded();
      const view = await at.card(cardOf('guard'));
      const { serial, nonce, ...event } = await asked(at);
      const { status } = await says(at, role, { serial, nonce, ...event }, { serial, nonce, result: 'failed' });
      at.site.timers.advance(4000);
      expect([status, await shown(at, view)]).toEqual([403, 'grant card panel-away-granted']);
    },
  );
});

describe('while the panel thinks', () => {
  test('two checks go on at once, each with its own answer', async () => {
    const { at } = await held();
    await at.person('bob');
    const [ann, bob] = [await at.card(cardOf('ann')), await at.card(cardOf('bob'))];
    const [first, second] = [await asked(at, -2), await asked(at, -1)];
    await answer(at, second, { result: 'failed' });
    await answer(at, first);
    expect([await shown(at, ann), await shown(at, bob)]).toEqual([
      'grant card card-accepted',
      'deny card panel-refused',
    ]);
  });

  test('a cancellation ends it, and the answer that comes then is refused', async () => {
    const { at } = await held();
    const view = await at.card(cardOf('ann'));
    const event = await asked(at);
    const { body } = await at.panel<View>('DELETE', `verifications/${view.verificationId}`);
    expect(answerOf(body)).toBe('deny none cancelled');
    expect((await answer(at, event)).status).toBe(409);
  });

  test('no other card or PIN is taken', async () => {
    const { at } = await held();
    const view = await at.card(cardOf('ann'));
    const { status } = await at.panel('POST', `verifications/${view.verificationId}/card`, {
      cardNumber: cardOf('ann'),
    });
    expect(status).toBe(409);
  });

  test.each([
    [
      'the door is locked down',
      async (at: DoorSite) => void (await at.setState('lock-down')),
      'deny card door-locked-down',
    ],
    [
      'the card is taken away',
      async ({ site: { store } }: DoorSite, subjectId: string) => {
        for (const { id } of store.credentials.cardsOf(subjectId)) store.credentials.removeCard(subjectId, id);
      },
      'deny card credential-rejected',
    ],
  ])('a yes does not count when %s', async (_what, meanwhile, expected) => {
    const { at, subjectId } = await held();
    await at.card(cardOf('ann'));
    const event = await asked(at);
    await meanwhile(at, subjectId);
    expect(answerOf((await answer(at, event)).body)).toBe(expected);
  });

  test('a stop of the service denies, and after the restart the answer finds nobody who waits', async () => {
    const { at } = await held();
    const view = await at.card(cardOf('ann'));
    const event = await asked(at);
    at.site.verifications.close();
    expect(await shown(at, view)).toBe('deny none cancelled');

    const after = await doorSite(access(), {
      store: at.site.store,
      clock: at.site.clock,
      changes: { remoteCheck: { doors: ['main'] } },
    });
    expect((await answer(after, event)).status).toBe(409);
  });
});

describe('with the other rules', () => {
  test('of two persons only the second is asked about, and the event names both', async () => {
    const { at, subjectId } = await held({}, { twoPersons: true });
    await at.person('bob');
    expect(answerOf(await at.card(cardOf('ann')))).toBe('deny card second-person-awaited');
    await at.card(cardOf('bob'));
    const event = await asked(at);
    expect(event.firstSubjectId).toBe(subjectId);
    expect(answerOf((await answer(at, event)).body)).toBe('grant card card-accepted');
  });

  test('of two persons it is none of the panel’s that told of the first either', async () => {
    const { at } = await held({}, { twoPersons: true });
    await at.person('bob');
    const { body: ofFirst } = await at.as<View>('desk', 'POST', 'verifications', started);
    await at.as('desk', 'POST', `verifications/${ofFirst.verificationId}/card`, { cardNumber: cardOf('ann') });
    const view = await at.card(cardOf('bob'));
    const event = await asked(at);
    const { status } = await answer(at, event);
    expect([status, event.startedBy, (await at.view(view)).state]).toEqual([409, undefined, 'waiting']);
  });

  test('a no about two persons names both in the record', async () => {
    const { at, subjectId } = await held({}, { twoPersons: true });
    await at.person('bob');
    await at.card(cardOf('ann'));
    await at.card(cardOf('bob'));
    await answer(at, await asked(at), { result: 'failed' });
    expect(newestAudit(at.site, 'verification.decided')).toMatchObject({
      reason: 'panel-refused',
      firstSubjectId: subjectId,
    });
  });

  test('a yes about two persons is none about another two', async () => {
    const rules = { ...access({ twoPersons: true }), secondPersonWithinMs: 5000 };
    const at = await doorSite(rules, { changes: { remoteCheck: { doors: ['main'], timeoutMs: 9000 } } });
    for (const name of ['ann', 'bob', 'eve']) await at.person(name);
    await at.card(cardOf('ann'));
    await at.card(cardOf('bob'));
    const aboutAnnAndBob = await asked(at);
    at.site.timers.advance(6000);
    // Ann's time is over: Eve is the first now.
    expect(answerOf(await at.card(cardOf('eve')))).toBe('deny card second-person-awaited');
    expect(answerOf((await answer(at, aboutAnnAndBob)).body)).toBe('deny card second-person-awaited');
  });

  test('a yes that comes when more is asked for than was shown ends the verification', async () => {
    const two = { id: 'two', doors: ['main'], factors: 'card+pin' };
    const rules = { groups: [everyone, two], doors: [{ doorId: 'main' }] };
    const at = await doorSite(rules, { changes: { remoteCheck: { doors: ['main'], timeoutMs: 4000 } } });
    const subjectId = await at.person('ann');
    await at.card(cardOf('ann'));
    const event = await asked(at);
    await at.operator('PUT', `subjects/${subjectId}/groups`, { groups: ['two'] });
    expect(answerOf((await answer(at, event)).body)).toBe('deny card more-factors-needed');
    expect(newestAudit(at.site, 'verification.decided')).toMatchObject({ subjectId, panelCheck: 'success' });
  });

  test('a duress PIN looks the same to everyone at the gate, and the panel is asked as ever', async () => {
    const { at, subjectId } = await held();
    await at.operator('PUT', `subjects/${subjectId}/duress-pin`, { pin: duressPin });
    const plain = await at.pin({ personNumber: 'N-ann', pin });
    const ofPlain = await asked(at);
    await answer(at, ofPlain);
    const forced = await at.pin({ personNumber: 'N-ann', pin: duressPin });
    const ofForced = await asked(at);
    const granted = await answer(at, ofForced);
    const {
      verificationId: _one,
      startedAt: _two,
      expiresAt: _three,
      ...likePlain
    } = plain as View & Record<string, unknown>;
    expect(forced).toMatchObject(likePlain);
    expect(Object.keys(ofForced).sort()).toEqual(Object.keys(ofPlain).sort());
    expect(answerOf(granted.body)).toBe('grant pin pin-accepted');
    expect(await at.doorEvents()).toContain('duress.alarm');
  });

  test('D12: staff are asked only once the panel said yes', async () => {
    const statement = { involved: true, statement: 'benefits are paid out here', declaredBy: 'Ann', on: '2026-01-01' };
    const { at } = await held({}, {}, { changes: { 'site.majorInterests': statement } });
    await at.person('ada', { face: true });
    const view = await at.start({ claim: { cardNumber: cardOf('ada') } });
    at.site.vision.show(ada, 3);
    expect(at.site.reviews.list()).toEqual([]);
    await answer(at, await asked(at));
    expect(await shown(at, view)).toBe('use-alternative card+face manual-review');
    expect(at.site.reviews.list()).toMatchObject([{ state: 'waiting', verificationId: view.verificationId }]);
  });
});

describe('the answer as the reply to the terminal’s own call', () => {
  const url = 'http://127.0.0.1:9200/check';
  const sign = (secret: string, { verificationId, nonce, result, answeredAt, info = '' }: Record<string, string>) =>
    `v1=${createHmac('sha256', secret)
      .update(['menshen-check-answer-v1', verificationId, nonce, result, answeredAt, info].join('\n'))
      .digest('hex')}`;

  async function called(
    react: (call: LanCall, secret: string, nowMs: number) => LanAnswer | 'nobody',
    whenAway: unknown,
    prepare: (at: DoorSite) => void = () => undefined,
  ) {
    const calls: LanCall[] = [];
    const box = { secret: '', nowMs: () => 0 };
    const lan = {
      call: async (call: LanCall) => {
        calls.push(call);
        const answered = react(call, box.secret, box.nowMs());
        if (answered === 'nobody') throw new MenshenError('listener-unreachable', 'ECONNREFUSED');
        return answered;
      },
    };
    const listener = 'l-0123456789ab';
    const remoteCheck = { via: 'webhook-answer', listener, ...(whenAway === undefined ? {} : { whenAway }) };
    const { at, subjectId } = await held(remoteCheck, {}, { lan });
    box.secret = 'whsec_of-a-test';
    box.nowMs = () => at.site.clock.wallMs();
    at.site.store.listeners.add(
      { id: listener, label: 'panel', url, kinds: [], heartbeatSeconds: 60, keyId: 'abcd', createdAtMs: 1, cursor: 0 },
      box.secret,
    );
    prepare(at);
    const view = await at.card(cardOf('ann'));
    await new Promise((resolve) => setImmediate(resolve));
    return { at, subjectId, calls, outcome: await shown(at, view), secret: box.secret };
  }

  const honest =
    (change: Record<string, string> = {}) =>
    (call: LanCall, secret: string, nowMs: number): LanAnswer => {
      const { verificationId, nonce } = JSON.parse(call.body).event;
      const body = { verificationId, nonce, result: 'success', answeredAt: new Date(nowMs).toISOString(), ...change };
      return { status: 200, headers: { 'menshen-signature': sign(secret, body) }, body: JSON.stringify(body) };
    };

  test('opens the door when it says yes, and both calls are signed', async () => {
    const { calls, outcome, secret } = await called(honest(), undefined);
    const [call] = calls;
    const { headers = {}, body = '' } = call ?? {};
    const lines = [
      'menshen-check-v1',
      headers['menshen-timestamp'],
      headers['menshen-delivery'],
      headers['menshen-key'],
      body,
    ];
    expect(headers['menshen-signature']).toBe(
      `v1=${createHmac('sha256', secret).update(lines.join('\n')).digest('hex')}`,
    );
    expect(outcome).toBe('grant card card-accepted');
  });

  test('keeps it shut when it says no', async () => {
    expect((await called(honest({ result: 'failed' }), undefined)).outcome).toBe('deny card panel-refused');
  });

  const forged = (change: (answered: LanAnswer) => LanAnswer) => (call: LanCall, secret: string, nowMs: number) =>
    change(honest()(call, secret, nowMs));
  test.each<[string, (call: LanCall, secret: string, nowMs: number) => LanAnswer | 'nobody']>([
    ['without a signature', forged((answered) => ({ ...answered, headers: {} }))],
    ['signed with another secret', (call, _secret, nowMs) => honest()(call, 'whsec_other', nowMs)],
    ['whose word was changed on the way', forged((a) => ({ ...a, body: a.body.replace('success', 'failed') }))],
    ['of another check', honest({ nonce: 'AAAAAAAAAAAAAAAAAAAAAA' })],
    ['of another verification', honest({ verificationId: 'v-other' })],
    ['of an hour ago', (call, secret, nowMs) => honest()(call, secret, nowMs - 3_600_000)],
    ['with a field that nobody knows', forged((a) => ({ ...a, body: a.body.replace('{', '{"x":1,') }))],
    ['that is no JSON', forged((a) => ({ ...a, body: '<ok/>' }))],
    ['that is null', forged((a) => ({ ...a, body: 'null' }))],
  ])('an answer %s opens nothing, not even for those who pass while the panel is away', async (_what, react) => {
    const { outcome, at } = await called(react, { grantGroups: ['everyone'] });
    expect(outcome).toBe('deny card panel-away');
    expect(newestAudit(at.site, 'verification.check-refused')).toBeDefined();
  });

  test('an answer that counts for nothing opens nothing either when a full disk does not take the note of it', async () => {
    const refuse = ({ site }: DoorSite) => {
      const append = site.audit.append.bind(site.audit);
      site.audit.append = (kind, body) => {
        if (kind === 'verification.check-refused') throw new MenshenError('store-full', 'full');
        return append(kind, body);
      };
    };
    const react = forged((answered) => ({ ...answered, headers: {} }));
    const { outcome, at } = await called(react, { grantGroups: ['everyone'] }, refuse);
    expect([outcome, at.site.logged.includes('error check.fault')]).toEqual(['deny card panel-away', true]);
  });

  test.each<[string, () => LanAnswer | 'nobody']>([
    ['refuses the connection', () => 'nobody'],
    ['says that it cannot now', () => ({ status: 503, headers: {}, body: '' })],
  ])('a panel that %s is away', async (_what, react) => {
    expect((await called(react, undefined)).outcome).toBe('deny card panel-away');
  });

  test('nobody else may answer in its place', async () => {
    const pending = await held(
      { via: 'webhook-answer', listener: 'l-0123456789ab' },
      {},
      {
        lan: { call: () => new Promise<never>(() => undefined) },
      },
    );
    pending.at.site.store.listeners.add(
      { id: 'l-0123456789ab', label: 'p', url, kinds: [], heartbeatSeconds: 60, keyId: 'a', createdAtMs: 1, cursor: 0 },
      's',
    );
    const view = await pending.at.card(cardOf('ann'));
    expect((await answer(pending.at, await asked(pending.at))).status).toBe(409);
    expect((await pending.at.view(view)).state).toBe('waiting');
  });
});

describe('the configuration', () => {
  test.each([
    ['a door that is not there', { doors: ['nowhere'] }],
    ['a group that is not there', { doors: ['main'], whenAway: { grantGroups: ['nobody'] } }],
    ['a call without a listener', { doors: ['main'], via: 'webhook-answer' }],
    ['a listener that is never called', { doors: ['main'], listener: 'l-0123456789ab' }],
    ['a panel that may think for a minute', { doors: ['main'], timeoutMs: 60_000 }],
  ])('is refused with %s', async (_what, remoteCheck) => {
    await expect(doorSite(access(), { changes: { remoteCheck } })).rejects.toBeInstanceOf(MenshenError);
  });
});
