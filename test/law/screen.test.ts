/** What the law asks of the screen that people stand in front of. */
import { afterEach, expect, test } from 'vitest';
import type { NoticeView, OwnData, ReceiptView, SiteView, VisitView } from '../../src/http/kiosk/contract.js';
import { ada } from '../support/fake-vision.js';
import { closeScreens, pairedScreen } from '../support/screen.js';
import { addEnrolled, auditKinds, newestAudit } from '../support/site.js';

afterEach(closeScreens);

const claim = { cardNumber: '0477001104A1' };

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
  expect([status >= 400, screen.site.vision.watching, screen.site.verifications.atDoor('main')]).toEqual([
    true,
    0,
    undefined,
  ]);
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

test('M5.0: cameras that waited for the notice open once it stood on the screen', async () => {
  const screen = await pairedScreen({ changes: { 'site.signPosted': undefined } });
  const before = await screen.get<SiteView>('site');
  await screen.post('notice/displayed', { hash: screen.site.notice.hash, language: 'zh' });
  const after = await screen.get<SiteView>('site');
  expect([before.body.methods.at(-1)?.works, after.body.methods.at(-1)]).toEqual([
    false,
    { method: 'face', works: true },
  ]);
});

test('M5.0: the notice stands there whole, in both languages, with what to use instead before anything else', async () => {
  const screen = await pairedScreen();
  for (const language of ['zh', 'en']) {
    const { body } = await screen.get<NoticeView>(`notice?language=${language}`);
    const empty = body.sections.filter(({ heading, text }) => heading === '' || text === '');
    expect([body.language, body.hash, body.optional.alternatives.length, body.sections.length > 10, empty]).toEqual([
      language,
      screen.site.notice.hash,
      2,
      true,
      [],
    ]);
  }
});

const proof = { kind: 'card', cardNumber: claim.cardNumber, pin: '271828' };

/** Ada with a face, a card and a PIN, in her visit. */
async function adasVisit() {
  const screen = await pairedScreen();
  const { id } = addEnrolled(screen.site, ada);
  screen.site.store.credentials.addCard(id, claim.cardNumber, 1);
  await screen.site.pins.set(id, proof.pin, 6);
  const { body } = await screen.post<VisitView>('visits', { proof });
  return { screen, id, visitId: body.visitId };
}

test('M6.2: withdrawing takes two calls, a proof and the withdrawal, and the template is gone with the answer', async () => {
  const { screen, id, visitId } = await adasVisit();
  const { status, body } = await screen.post<ReceiptView>(`visits/${visitId}/withdrawal`, { requester: 'self' });
  expect([status, body.kind, screen.site.store.templates.allOf(id)]).toEqual([200, 'withdrawal', []]);
});

test('M6.2: whoever withdrew goes on with card and PIN, and their face opens nothing', async () => {
  const { screen, visitId } = await adasVisit();
  await screen.post(`visits/${visitId}/withdrawal`, { requester: 'self' });
  const prompt = { language: 'zh', spoken: false };
  const face = await screen.post('verifications', { method: 'face', act: 'card', claim, prompt });
  const card = await screen.post('verifications', { method: 'card', act: 'card', claim, prompt });
  expect([face.body.face, card.body.result]).toEqual([
    'face-not-available',
    { decision: 'grant', method: 'card', reason: 'card-accepted' },
  ]);
});

test('P45: a proven person sees what is held about them, each look is on record, and the template is not among it', async () => {
  const { screen, id, visitId } = await adasVisit();
  const { body, text } = await screen.get<OwnData>(`visits/${visitId}/data?language=en`);
  expect([body.sections.length > 0, newestAudit(screen.site, 'own-data.shown')?.subjectId]).toEqual([true, id]);
  expect(text).not.toMatch(/vector|similarity|271828|0477001104/i);
  expect([text.includes(id), screen.site.store.templates.allOf(id).length]).toEqual([true, 1]);
});

test('P45: nobody sees it without a proof, and nobody else’s', async () => {
  const screen = await pairedScreen();
  const { status } = await screen.get('visits/w-00000000-0000-0000-0000-000000000000/data');
  expect([status, auditKinds(screen.site)]).toEqual([404, expect.not.arrayContaining(['own-data.shown'])]);
});
