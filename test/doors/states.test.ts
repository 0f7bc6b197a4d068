// Locked down, free, and normal again: what is set holds until somebody sets something else.
import { expect, test } from 'vitest';
import { createTestStore, openTestStore, tempFolder } from '../support/temp-store.js';
import { answerOf, cardOf, doorSite, everyone } from './door-site.js';

const guards = { id: 'guards', doors: ['main'], passesLockDown: true };
const access = {
  schedules: [{ id: 'never', weekly: [{ days: ['sun'], from: '00:00', to: '00:01' }] }],
  groups: [everyone, guards, { id: 'sunday', doors: ['main'], schedule: 'never', factors: 'card+pin' }],
};

test('a door that is locked down lets only those pass who are meant to', async () => {
  const at = await doorSite(access);
  await at.person('ann');
  await at.person('guard', { groups: ['guards'] });
  await at.setState('lock-down');

  expect([answerOf(await at.card(cardOf('ann'))), answerOf(await at.card(cardOf('guard')))]).toEqual([
    'deny card door-locked-down',
    'grant card card-accepted',
  ]);
  expect(answerOf(await at.card(cardOf('ann'), { doorId: 'side' }))).toBe('grant card card-accepted');
});

test('without door rules a lock-down lets nobody pass', async () => {
  const at = await doorSite(undefined);
  await at.person('ann');
  await at.setState('lock-down');

  expect(answerOf(await at.card(cardOf('ann')))).toBe('deny card door-locked-down');
});

test('all doors are locked down at once, each with an event that says who did it and why', async () => {
  const at = await doorSite(access);
  await at.setState('lock-down', 'doors/state');
  const events = (await at.events()).filter(({ kind }) => kind === 'door.state-changed');

  expect(events.map(({ doorId, state, before, reason }) => [doorId, state, before, reason])).toEqual(
    ['main', 'side', 'blind'].map((doorId) => [doorId, 'lock-down', 'normal', 'a drill']),
  );
  expect(events.every(({ by }) => typeof by === 'string')).toBe(true);
});

test('a free door lets everybody pass whom it knows, at any hour and by one factor', async () => {
  const at = await doorSite(access);
  await at.person('ann', { groups: ['sunday'] });
  const before = answerOf(await at.card(cardOf('ann')));
  await at.setState('free');

  expect([before, answerOf(await at.card(cardOf('ann')))]).toEqual([
    'deny card outside-schedule',
    'grant card card-accepted',
  ]);
  expect(answerOf(await at.card('FFFFFFFF'))).toBe('deny card credential-rejected');
});

test.each(['lock-down', 'free'])('%s holds over a restart, and panels read it', async (state) => {
  const folder = tempFolder();
  const before = await doorSite(access, { store: createTestStore(folder) });
  await before.setState(state);
  before.site.store.close();
  const { clock } = before.site;
  const after = await doorSite(access, { store: openTestStore(folder), clock, assessed: false });
  const { body } = await after.panel<{ doors: unknown[] }>('GET', 'doors');

  expect(body.doors[0]).toEqual({
    ...{ doorId: 'main', state, reason: 'a drill', since: new Date(clock.wallMs()).toISOString() },
    ...{ contact: 'unknown', reportsPassages: false, passagesAwaited: 0 },
  });
});

test('a lock-down while somebody is at the door counts for them', async () => {
  const at = await doorSite(access);
  await at.person('ann');
  const started = await at.start();
  await at.setState('lock-down');

  expect(answerOf(await at.card(cardOf('ann'), started))).toBe('deny card door-locked-down');
});

test('a panel may read the doors and change none of them; a reason is a must', async () => {
  const at = await doorSite(access);
  const asPanel = await at.panel('PUT', 'doors/main/state', { state: 'free', reason: 'open up' });
  const silent = await at.operator('PUT', 'doors/main/state', { state: 'free', reason: ' ' });
  const unknown = await at.operator('PUT', 'doors/attic/state', { state: 'free', reason: 'open up' });

  expect([asPanel.status, silent.status, unknown.status, at.site.doors.view('main').state]).toEqual([
    ...[403, 400, 404],
    'normal',
  ]);
});
