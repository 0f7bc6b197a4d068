/** What the law asks of the screen that people stand in front of. */
import { afterEach, expect, test } from 'vitest';
import type { SiteView } from '../../src/http/kiosk/contract.js';
import { ada } from '../support/fake-vision.js';
import { closeScreens, pairedScreen } from '../support/screen.js';
import { addEnrolled, auditKinds, newestAudit } from '../support/site.js';

afterEach(closeScreens);

const claim = { cardNumber: '04A1' };

test('D4: the face is never the first method, and a site without a camera does not speak of it', async () => {
  const both = await (await pairedScreen()).get<SiteView>('site');
  const blind = await (await pairedScreen({ changes: { 'screen.doorId': 'blind' } })).get<SiteView>('site');
  expect([both.body.methods.map(({ method }) => method), blind.body.methods.map(({ method }) => method)]).toEqual([
    ['card', 'pin', 'face'],
    ['card', 'pin'],
  ]);
});

test('D9: how the person was told is on record before any face is looked at', async () => {
  const screen = await pairedScreen();
  const { id } = addEnrolled(screen.site, ada);
  screen.site.store.credentials.addCard(id, claim.cardNumber, 1);
  const prompt = { language: 'en', spoken: true };
  await screen.post('verifications', { method: 'face', act: 'touch', claim, prompt });
  screen.site.vision.show(ada, 3);
  const decided = newestAudit(screen.site, 'verification.decided');
  expect(newestAudit(screen.site, 'prompt.shown')).toMatchObject({
    doorId: 'main',
    method: 'face',
    act: 'touch',
    language: 'en',
    spoken: true,
    nonce: decided?.nonce,
  });
  expect(auditKinds(screen.site).slice(-2)).toEqual(['prompt.shown', 'verification.decided']);
});

test.each([
  ['without a prompt', { act: 'touch', claim }],
  ['without an act', { prompt: { language: 'zh', spoken: false }, claim }],
  [
    'with a prompt in a language that the screen does not speak',
    { act: 'touch', claim, prompt: { language: 'xx', spoken: false } },
  ],
])('D9: nothing starts %s', async (_what, request) => {
  const screen = await pairedScreen();
  const { status } = await screen.post('verifications', { method: 'face', ...request });
  expect([status, screen.site.vision.watching, screen.site.verifications.atDoor('main')]).toEqual([400, 0, undefined]);
});

test('M5.0: that the whole notice stood on the screen is on record, with its hash and language', async () => {
  const screen = await pairedScreen();
  const { hash } = screen.site.notice;
  const { status } = await screen.post('notice/displayed', { hash, language: 'zh' });
  expect([status, newestAudit(screen.site, 'notice.displayed')]).toEqual([
    204,
    expect.objectContaining({ hash, language: 'zh' }),
  ]);
});

test('M5.0: another notice than the current one was not displayed', async () => {
  const screen = await pairedScreen();
  const { status, body } = await screen.post('notice/displayed', { hash: '0'.repeat(64), language: 'zh' });
  expect([status, body.code, auditKinds(screen.site)]).toEqual([
    409,
    'notice-outdated',
    expect.not.arrayContaining(['notice.displayed']),
  ]);
});
