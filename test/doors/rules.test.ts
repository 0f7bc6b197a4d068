// Schedules, groups, factors and two persons, asked for as a panel asks.
import { describe, expect, test } from 'vitest';
import { ownData } from '#menshen/visit/index.js';
import { ada, bo } from '../support/fake-vision.js';
import { answerOf, cardOf, type DoorSite, doorSite, everyone, pin } from './door-site.js';

const declared = { declaredBy: 'Ann', on: '2026-01-01', statement: 'Pay-outs are made behind this gate.' };
const hourMs = 3_600_000;
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'];
/** 08:00 UTC, when tests begin, is 16:00 in China. */
const office = { id: 'office', weekly: [{ days: weekdays, from: '08:00', to: '18:00' }] };
const staff = { ...everyone, schedule: 'office' };

const answerTo = async (at: DoorSite, name: string, doorId = 'main') =>
  answerOf(await at.card(cardOf(name), { doorId }));

describe('a site without door rules', () => {
  test('lets everyone pass by one factor, and names the face alone when a card named the person', async () => {
    const at = await doorSite(undefined);
    await at.person('ann', { face: true });
    const started = await at.start({ methods: ['face'], claim: { cardNumber: cardOf('ann') } });
    at.site.vision.show(ada, 3);

    expect([await answerTo(at, 'ann'), answerOf(await at.view(started))]).toEqual([
      'grant card card-accepted',
      'grant face face-match',
    ]);
  });
});

describe('a schedule', () => {
  test('is read by the clock of China, wherever the machine stands', async () => {
    const at = await doorSite({ schedules: [office], groups: [staff] });
    await at.person('ann');
    const before = await answerTo(at, 'ann');
    at.site.clock.advance(2 * hourMs);

    expect([before, await answerTo(at, 'ann')]).toEqual(['grant card card-accepted', 'deny card outside-schedule']);
  });

  test('follows another time zone where the site says so', async () => {
    const at = await doorSite({ schedules: [office], groups: [staff], timeZone: 'America/New_York' });
    await at.person('ann');
    const atThree = await answerTo(at, 'ann');
    at.site.clock.advance(5 * hourMs);

    expect([atThree, await answerTo(at, 'ann')]).toEqual(['deny card outside-schedule', 'grant card card-accepted']);
  });

  test('is closed on a holiday of the site’s own calendar day, which begins before the day of UTC does', async () => {
    const at = await doorSite({ schedules: [office], groups: [staff], holidays: ['2026-03-03'] });
    await at.person('ann');
    // 00:30 UTC on Tuesday the 3rd: 08:30 in China.
    at.site.clock.advance(16.5 * hourMs);

    expect(await answerTo(at, 'ann')).toBe('deny card outside-schedule');
  });

  test('opens nothing while the clock is in doubt, and the group without one goes on', async () => {
    const groups = [staff, { id: 'guards', doors: ['main'] }];
    const at = await doorSite({ schedules: [office], groups });
    await at.person('ann');
    await at.person('guard', { groups: ['guards'] });
    // From 22:00 at night the wall clock is set to 08:00 in the morning, when the door would be open.
    at.site.clock.advance(6 * hourMs);
    const atNight = await answerTo(at, 'ann');
    at.site.clock.jumpWall(10 * hourMs);
    const after = [await answerTo(at, 'ann'), await answerTo(at, 'guard')];
    await at.operator('POST', 'clock/confirmation', { now: new Date(at.site.clock.wallMs()).toISOString() });

    expect([atNight, ...after, await answerTo(at, 'ann')]).toEqual([
      'deny card outside-schedule',
      'deny card clock-not-trusted',
      'grant card card-accepted',
      'grant card card-accepted',
    ]);
  });
});

describe('groups', () => {
  test('open their own doors to who is in them, and none of those for everyone any more', async () => {
    const at = await doorSite({ groups: [everyone, { id: 'garage', doors: ['side'] }] });
    await at.person('ann', { groups: ['garage'] });

    expect([await answerTo(at, 'ann', 'side'), await answerTo(at, 'ann')]).toEqual([
      'grant card card-accepted',
      'deny card door-not-allowed',
    ]);
  });

  test('are seen by the operator and by the person themself, and the change is on record', async () => {
    const at = await doorSite({ groups: [everyone] });
    const id = await at.person('ann', { groups: ['everyone'] });
    const { body } = await at.operator('GET', `subjects/${id}`);
    const own = await ownData(at.site, id, { by: 'test', form: 'screen' }, 'en');

    expect(body.groups).toEqual(['everyone']);
    expect(own.sections.flatMap(({ rows }) => rows)).toContainEqual({
      ...{ label: 'Groups of the door rules', text: 'everyone' },
    });
    expect(JSON.stringify((await at.as('auditor', 'GET', 'audit?limit=500')).body)).toContain('subject.groups-changed');
  });

  test('that nobody configured are refused, with those there are', async () => {
    const at = await doorSite({ groups: [everyone] });
    const id = await at.person('ann');

    expect(await at.operator('PUT', `subjects/${id}/groups`, { groups: ['boss'] })).toMatchObject({
      ...{ status: 400, body: { code: 'body-invalid', detail: 'There is no group boss. There are everyone.' } },
    });
  });

  test('are an operator’s business: a panel may put nobody into one', async () => {
    const at = await doorSite({ groups: [everyone] });
    const id = await at.person('ann');

    expect((await at.panel('PUT', `subjects/${id}/groups`, { groups: ['everyone'] })).status).toBe(403);
  });

  test('that were taken out of the rules open nothing to who is still in them', async () => {
    const before = await doorSite({ groups: [everyone, { id: 'cleaners', doors: ['main'] }] });
    await before.person('ann', { groups: ['cleaners'] });
    const { store, clock } = before.site;
    const after = await doorSite({ groups: [everyone] }, { store, clock, assessed: false });

    expect(await answerTo(after, 'ann')).toBe('deny card door-not-allowed');
  });
});

describe('a door that asks for two factors', () => {
  const asking = (factors: string) => ({ groups: [{ ...everyone, factors }] });

  test('goes on waiting for the PIN after a card, and grants by both', async () => {
    const at = await doorSite(asking('card+pin'));
    await at.person('ann');
    const afterCard = await at.card(cardOf('ann'));
    const decided = await at.pin({ pin }, afterCard);

    expect([afterCard.state, afterCard.methods, afterCard.needs]).toEqual(['waiting', ['card+pin'], ['pin']]);
    expect(answerOf(decided)).toBe('grant card+pin card-and-pin-accepted');
  });

  test('goes on waiting for the card after a PIN', async () => {
    const at = await doorSite(asking('two-factors'));
    await at.person('ann');
    const afterPin = await at.pin({ personNumber: 'N-ann', pin });

    expect([afterPin.state, afterPin.needs]).toEqual(['waiting', ['card', 'face']]);
    expect(answerOf(await at.card(cardOf('ann'), afterPin))).toBe('grant card+pin card-and-pin-accepted');
  });

  test('takes no card of somebody else for the second factor', async () => {
    const at = await doorSite(asking('two-factors'));
    await at.person('ann');
    await at.person('bob');
    const afterPin = await at.pin({ personNumber: 'N-ann', pin });

    expect(answerOf(await at.card(cardOf('bob'), afterPin))).toBe('deny card credential-rejected');
  });

  test('does not count a card that was taken away while it waited for the PIN', async () => {
    const at = await doorSite(asking('two-factors'));
    const id = await at.person('ann');
    const afterCard = await at.card(cardOf('ann'));
    for (const { id: cardId } of at.site.store.credentials.cardsOf(id))
      await at.operator('DELETE', `subjects/${id}/cards/${cardId}`);

    expect(answerOf(await at.pin({ pin }, afterCard))).toBe('deny card+pin credential-rejected');
  });

  test('denies one factor when nothing follows in time', async () => {
    const at = await doorSite(asking('card+pin'));
    await at.person('ann');
    const waiting = await at.card(cardOf('ann'));
    at.site.timers.advance(60_000);

    expect(answerOf(await at.view(waiting))).toBe('deny none more-factors-needed');
  });

  test('asks for the PIN also where the panel only asked for a card', async () => {
    const at = await doorSite(asking('card+face'));
    await at.person('ann');
    const afterCard = await at.card(cardOf('ann'), { methods: ['card'] });

    expect([afterCard.methods, at.site.vision.watching]).toEqual([['card+pin'], 0]);
    expect(answerOf(await at.pin({ pin }, afterCard))).toBe('grant card+pin card-and-pin-accepted');
  });

  test.each([
    ['card+face', { cardNumber: cardOf('ann') }],
    ['pin+face', { personNumber: '', pin }],
  ])('grants %s by a claim and the face it confirms', async (factors, claim) => {
    const at = await doorSite(asking(factors));
    const id = await at.person('ann', { face: true });
    const { personNumber } = at.site.store.subjects.profile(id);
    const named = 'pin' in claim ? { ...claim, personNumber } : claim;
    const started = await at.start({ methods: ['face'], claim: named });
    at.site.vision.show(ada, 3);

    expect(answerOf(await at.view(started))).toBe(`grant ${factors} face-match`);
  });

  test('looks at the face of the person whom a card named, once the card was shown', async () => {
    const at = await doorSite(asking('card+face'));
    await at.person('ann', { face: true });
    const started = await at.start();
    const before = at.site.vision.watching;
    const afterCard = await at.card(cardOf('ann'), started);
    at.site.vision.show(ada, 3);

    expect([before, afterCard.face, afterCard.needs]).toEqual([0, 'in-progress', ['pin', 'face']]);
    expect(answerOf(await at.view(started))).toBe('grant card+face face-match');
  });

  test('grants no card with the face of somebody else', async () => {
    const at = await doorSite(asking('card+face'));
    await at.person('ann', { face: true });
    const started = await at.start();
    await at.card(cardOf('ann'), started);
    at.site.vision.show(bo, 12);

    expect(answerOf(await at.view(started))).toBe('deny face face-non-match');
  });

  test('looks at nobody who did not consent: card and PIN are open to them', async () => {
    const at = await doorSite(asking('card+face'));
    await at.person('ann');
    const afterCard = await at.card(cardOf('ann'));

    expect([afterCard.methods, at.site.vision.watching]).toEqual([['card+pin'], 0]);
  });

  test('asks who came with the face alone for the card', async () => {
    const at = await doorSite(asking('card+face'));
    const subjectId = await at.person('ann', { face: true });
    const started = await at.start({ claim: { subjectId } });
    at.site.vision.show(ada, 3);
    const afterFace = await at.view(started);

    expect([afterFace.state, afterFace.methods, afterFace.needs]).toEqual(['waiting', ['card'], ['card']]);
    expect(answerOf(await at.card(cardOf('ann'), started))).toBe('grant card+face face-match');
  });

  test('does not count the face of somebody who withdrew their consent while it waited for the card', async () => {
    const at = await doorSite(asking('card+face'));
    const subjectId = await at.person('ann', { face: true });
    const started = await at.start({ claim: { subjectId } });
    at.site.vision.show(ada, 3);
    await at.operator('POST', `subjects/${subjectId}/withdrawal`, { requester: 'self' });
    const afterCard = await at.card(cardOf('ann'), started);

    expect([afterCard.state, afterCard.methods]).toEqual(['waiting', ['card+pin']]);
  });
});

describe('a door for two persons', () => {
  const access = { groups: [everyone], doors: [{ doorId: 'main', twoPersons: true }] };

  async function twoPeople() {
    const at = await doorSite(access);
    const ids = [await at.person('ann'), await at.person('bob')];
    return { at, ids };
  }

  test('makes the first wait and lets the second in; the record names both', async () => {
    const { at, ids } = await twoPeople();
    const answers = [await answerTo(at, 'ann'), await answerTo(at, 'bob')];
    const grant = (await at.events()).at(-1);

    expect(answers).toEqual(['deny card second-person-awaited', 'grant card card-accepted']);
    expect([grant?.firstSubjectId, grant?.subjectId]).toEqual(ids);
  });

  test('is not opened by the same person twice', async () => {
    const { at } = await twoPeople();

    expect([await answerTo(at, 'ann'), await answerTo(at, 'ann')]).toEqual([
      'deny card second-person-awaited',
      'deny card second-person-awaited',
    ]);
  });

  test.each([
    [20_000, 'grant card card-accepted'],
    [20_001, 'deny card second-person-awaited'],
  ])('waits twenty seconds: after %i ms it is %s', async (waitedMs, answer) => {
    const { at } = await twoPeople();
    await answerTo(at, 'ann');
    at.site.clock.advance(waitedMs);

    expect(await answerTo(at, 'bob')).toBe(answer);
  });

  test('makes the third person wait for a fourth', async () => {
    const { at } = await twoPeople();
    await at.person('cem');
    await answerTo(at, 'ann');
    await answerTo(at, 'bob');

    expect(await answerTo(at, 'cem')).toBe('deny card second-person-awaited');
  });

  test('does not open for somebody whose companion was erased meanwhile', async () => {
    const { at, ids } = await twoPeople();
    await answerTo(at, 'ann');
    await at.operator('DELETE', `subjects/${ids[0]}`);

    expect(await answerTo(at, 'bob')).toBe('deny card second-person-awaited');
  });

  test('makes both begin anew after a restart', async () => {
    const { at } = await twoPeople();
    await answerTo(at, 'ann');
    const { store, clock } = at.site;
    const after = await doorSite(access, { store, clock, assessed: false });

    expect(await answerTo(after, 'bob')).toBe('deny card second-person-awaited');
  });

  test('D12: counts nobody whose face staff did not see to', async () => {
    const changes = { 'site.majorInterests': { involved: true, ...declared } };
    const at = await doorSite(access, { changes });
    await at.person('ann', { face: true });
    await at.person('bob');
    const started = await at.start({ methods: ['face'], claim: { cardNumber: cardOf('ann') } });
    at.site.vision.show(ada, 3);

    expect([answerOf(await at.view(started)), await answerTo(at, 'bob')]).toEqual([
      'use-alternative card+face manual-review',
      'deny card second-person-awaited',
    ]);
  });
});
