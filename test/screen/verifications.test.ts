import { afterEach, describe, expect, it } from 'vitest';
import type { ScreenVerification } from '../../src/http/kiosk/contract.js';
import { ada, bo, stranger } from '../support/fake-vision.js';
import { closeScreens, pairedScreen, type Screen } from '../support/screen.js';
import { addEnrolled, addPerson, newestAudit, purpose } from '../support/site.js';

afterEach(closeScreens);

const prompt = { language: 'zh', spoken: true };
const panel = { doorId: 'main', purpose, nonce: 'nonce-of-a-panel', act: { kind: 'button' } } as const;
const cardNumber = '04A1';

async function screenOfAda(changes = {}) {
  const screen = await pairedScreen({ changes });
  const { id } = addEnrolled(screen.site, ada);
  screen.site.store.credentials.addCard(id, cardNumber, 1);
  return { screen, id };
}

const start = (screen: Screen, request: object) =>
  screen.post<ScreenVerification & { code?: string }>('verifications', { act: 'touch', prompt, ...request });

describe('a verification that the screen starts', () => {
  it('by card is answered at once, and names nobody', async () => {
    const { screen, id } = await screenOfAda();
    const { status, body, text } = await start(screen, { method: 'card', claim: { cardNumber } });
    expect([status, body.startedBy, body.result, text.includes(id)]).toEqual([
      201,
      'screen',
      { decision: 'grant', method: 'card', reason: 'card-accepted' },
      false,
    ]);
  });

  it('by PIN is answered at once', async () => {
    const screen = await pairedScreen();
    const person = addPerson(screen.site);
    const { personNumber = '' } = screen.site.store.subjects.profile(person.id);
    await screen.site.pins.set(person.id, '271828', 6);
    const { body } = await start(screen, { method: 'pin', claim: { personNumber, pin: '271828' } });
    expect(body.result).toMatchObject({ decision: 'grant', reason: 'pin-accepted' });
  });

  it('without what it needs waits for it', async () => {
    const { screen } = await screenOfAda();
    const { body } = await start(screen, { method: 'card' });
    const shown = await screen.post<ScreenVerification>(`verifications/${body.verificationId}/card`, { cardNumber });
    expect([body.state, shown.body.result?.decision]).toEqual(['waiting', 'grant']);
  });

  it('by card asks for the PIN where the site wants both', async () => {
    const { screen, id } = await screenOfAda({ 'credentials.card.pinRequired': true });
    await screen.site.pins.set(id, '271828', 6);
    const { body } = await start(screen, { method: 'card', claim: { cardNumber } });
    const done = await screen.post<ScreenVerification>(`verifications/${body.verificationId}/pin`, { pin: '271828' });
    expect([body.cardAccepted, body.state, done.body.result?.reason]).toEqual([
      true,
      'waiting',
      'card-and-pin-accepted',
    ]);
  });

  it('by face grants whom the card named', async () => {
    const { screen } = await screenOfAda();
    const { body } = await start(screen, { method: 'face', act: 'card', claim: { cardNumber } });
    screen.site.vision.show(ada, 3);
    const decided = screen.site.verifications.view(body.verificationId).decision;
    expect([body.face, decided?.reason, newestAudit(screen.site, 'verification.decided')?.act]).toEqual([
      'in-progress',
      'face-match',
      'card',
    ]);
  });

  it('by face leaves PIN and card open to whoever has no face here (M10.2)', async () => {
    const screen = await pairedScreen();
    const { body } = await start(screen, { method: 'face', claim: { cardNumber } });
    expect([body.state, body.face, body.methods]).toEqual([
      'waiting',
      'face-not-available',
      expect.arrayContaining(['pin', 'card']),
    ]);
  });

  it('by face needs a claim at a 1:1 site, and a camera at the door', async () => {
    const { screen } = await screenOfAda();
    const nameless = await start(screen, { method: 'face' });
    const blind = await pairedScreen({ changes: { 'screen.doorId': 'blind' } });
    const dark = await start(blind, { method: 'face', claim: { cardNumber } });
    expect([nameless.body.code, dark.body.code]).toEqual(['method-not-allowed', 'method-not-allowed']);
  });

  it('has its own purpose and nonce, whatever is sent', async () => {
    const { screen } = await screenOfAda();
    const { status } = await start(screen, { method: 'pin', purpose: 'advertising' });
    await start(screen, { method: 'card', claim: { cardNumber } });
    const nonces = [newestAudit(screen.site, 'verification.decided')?.nonce];
    await start(screen, { method: 'card', claim: { cardNumber } });
    nonces.push(newestAudit(screen.site, 'verification.decided')?.nonce);
    expect([status, new Set(nonces).size, String(nonces[0]).length]).toEqual([400, 2, 22]);
  });

  it('with a claim of another method, or a card number that is none, leaves nothing waiting', async () => {
    const { screen } = await screenOfAda();
    const mixed = await start(screen, { method: 'pin', claim: { cardNumber } });
    const odd = await start(screen, { method: 'card', claim: { cardNumber: 'xyzw' } });
    expect([mixed.status, odd.status, screen.site.verifications.atDoor('main')?.view.state]).toEqual([
      400,
      400,
      'decided',
    ]);
  });

  it('over and over is slowed down, and goes on after a moment', async () => {
    const { screen } = await screenOfAda();
    const statuses: number[] = [];
    for (let round = 0; round < 25; round += 1) statuses.push((await start(screen, { method: 'pin' })).status);
    screen.site.clock.advance(2_000);
    expect([statuses.at(-1), (await start(screen, { method: 'pin' })).status]).toEqual([429, 201]);
  });
});

describe('a verification of a panel', () => {
  it('at this door can be answered and refused on the screen', async () => {
    const { screen } = await screenOfAda();
    const first = await screen.site.verifications.start({ ...panel, methods: ['card'] });
    const card = await screen.post<ScreenVerification>(`verifications/${first.verificationId}/card`, { cardNumber });
    const second = await screen.site.verifications.start({ ...panel, methods: ['card'] });
    const cancelled = await screen.call<ScreenVerification>('DELETE', `verifications/${second.verificationId}`);
    expect([card.body.startedBy, card.body.result?.decision, cancelled.body.result?.reason]).toEqual([
      'panel',
      'grant',
      'cancelled',
    ]);
  });

  it('at another door is none of the screen’s business', async () => {
    const { screen } = await screenOfAda();
    const { verificationId } = await screen.site.verifications.start({ ...panel, doorId: 'side', methods: ['card'] });
    const answers = [
      await screen.post(`verifications/${verificationId}/card`, { cardNumber }),
      await screen.post(`verifications/${verificationId}/pin`, { personNumber: 'P1', pin: '271828' }),
      await screen.call('DELETE', `verifications/${verificationId}`),
    ];
    expect([answers.map(({ status }) => status), screen.site.verifications.view(verificationId).state]).toEqual([
      [404, 404, 404],
      'waiting',
    ]);
  });
});

describe('the guide', () => {
  const guideAt = (screen: Screen) => screen.site.verifications.atDoor('main')?.guide;

  it('is the face’s outline, mirrored, and how far the evidence has come', async () => {
    const { screen } = await screenOfAda();
    await start(screen, { method: 'face', claim: { cardNumber } });
    screen.site.vision.show(ada, 1);
    // The camera sees 150 x 200 pixels at (250, 150) of 640 x 480, eyes 60 pixels apart where 32 are asked for.
    expect(guideAt(screen)).toEqual({
      box: { x: 0.375, y: 0.313, width: 0.234, height: 0.417 },
      nearness: 1.875,
      progress: 1 / 3,
    });
  });

  it('starts over when another face takes over', async () => {
    const { screen } = await screenOfAda();
    await start(screen, { method: 'face', claim: { cardNumber } });
    screen.site.vision.show(ada, 2);
    screen.site.vision.show(bo, 1);
    expect(guideAt(screen)?.progress).toBeCloseTo(1 / 3);
  });

  it('has no outline of several people, and says that one must step aside', async () => {
    const { screen } = await screenOfAda();
    await start(screen, { method: 'face', claim: { cardNumber } });
    screen.site.vision.showUnusable('several-faces-in-zone', 1);
    expect(guideAt(screen)).toEqual({ code: 'one-person-only', progress: 0 });
  });

  it('is gone with the act', async () => {
    const { screen } = await screenOfAda();
    const { body } = await start(screen, { method: 'face', claim: { cardNumber } });
    screen.site.vision.show(ada, 2);
    await screen.call('DELETE', `verifications/${body.verificationId}`);
    expect(guideAt(screen)).toBeUndefined();
  });

  it('says the same of a stranger as of the person until it is decided', async () => {
    const guides = [];
    for (const face of [ada, stranger]) {
      const { screen } = await screenOfAda();
      await start(screen, { method: 'face', claim: { cardNumber } });
      screen.site.vision.show(face, 2);
      guides.push(guideAt(screen));
    }
    expect(guides[0]).toEqual(guides[1]);
  });

  it('stands nowhere in the panels’ interface', async () => {
    const { screen } = await screenOfAda();
    const { body } = await start(screen, { method: 'face', claim: { cardNumber } });
    screen.site.vision.show(ada, 1);
    const { secret } = screen.site.apiKeys.add({ role: 'panel', label: 'north', days: 1 });
    const { body: view } = await screen.call('GET', `/v1/verifications/${body.verificationId}`, undefined, {
      authorization: `Bearer ${secret}`,
    });
    expect(Object.keys(view)).toEqual(expect.not.arrayContaining(['guide', 'box', 'nearness', 'progress']));
  });
});
