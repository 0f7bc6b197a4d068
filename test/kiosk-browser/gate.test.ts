import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPerson, enrol, giveConsent, type Person } from '../e2e/gate.js';
import { footage } from '../support/files.js';
import { whyNoBrowser } from './browser.js';
import { Kiosk, sizes } from './kiosk.js';
import { languages } from './screen.js';

describe.skipIf(whyNoBrowser !== undefined)(`at the gate (${whyNoBrowser ?? 'in Chromium'})`, () => {
  let kiosk: Kiosk;
  let person: Person;
  beforeAll(async () => {
    kiosk = await Kiosk.open('stranger', { method: '1:N' });
    person = await addPerson(kiosk.gate);
    await giveConsent(kiosk.gate, person);
    await enrol(kiosk.gate, person, [footage?.still('person-a') ?? new Uint8Array()]);
  });
  afterAll(() => kiosk?.close());

  test.each(languages)('M10.2: in %s, card and PIN take no more screens than the face', async (language) => {
    const screen = await kiosk.screen({ language });
    await screen.choose('face');
    await screen.press('face.start');
    await screen.shows('result.deny');
    const byFace = screen.takeSteps();
    await screen.goOn();

    await screen.choose('card');
    await screen.fill('card.number', person.cardNumber);
    await screen.press('action.ok');
    await screen.shows('result.grant');
    const byCard = screen.takeSteps();
    await screen.goOn();

    await screen.choose('pin');
    await screen.fill('pin.person-number', person.personNumber);
    await screen.fill('pin.pin', person.pin);
    await screen.press('action.ok');
    await screen.shows('result.grant');
    expect([byCard, screen.takeSteps()]).toEqual([byFace, byFace]);
  });

  test('M10.2: a card shown to the reader opens from the first screen, with nothing to press', async () => {
    const screen = await kiosk.screen();
    await screen.showCard(person.cardNumber);
    await screen.shows('result.grant');
    expect(screen.takeSteps()).toBe(1);
  });

  test('M5.7: whoever has keys only comes in by PIN with arrows, digits and Enter', async () => {
    const screen = await kiosk.screen();
    const { keyboard } = screen.page;
    await screen.tile('card').focus();
    await keyboard.press('ArrowRight');
    await keyboard.press('Enter');
    await screen.shows('pin.title');
    await keyboard.type(person.personNumber);
    await keyboard.press('Enter');
    await keyboard.type(person.pin);
    await keyboard.press('Enter');
    await screen.shows('result.grant');
  });

  describe('a stranger', () => {
    test('is told clearly, and not how near they came, whatever they try', async () => {
      const screen = await kiosk.screen();
      const told: string[] = [];
      await screen.choose('pin');
      await screen.fill('pin.person-number', person.personNumber);
      await screen.fill('pin.pin', '000000');
      await screen.press('action.ok');
      await screen.shows('result.deny');
      told.push(await screen.lead());
      await screen.goOn();
      await screen.choose('pin');
      await screen.fill('pin.person-number', 'nobody');
      await screen.fill('pin.pin', '000000');
      await screen.press('action.ok');
      await screen.shows('result.deny');
      told.push(await screen.lead());
      const refused = screen.text('reason.credential-rejected');
      expect(told).toEqual([refused, refused]);
    });

    test('is told by the face alone that it was not recognised, and what else there is', async () => {
      const screen = await kiosk.screen();
      await screen.choose('face');
      await screen.press('face.start');
      await screen.shows('result.deny');
      expect(await screen.lead()).toBe(screen.text('reason.face-non-match'));
      await screen.lawful({ scrolls: false });
      await screen.press('method.pin.use');
      await screen.shows('pin.title');
    });

    test('sees no picture, no number and no name of anybody', async () => {
      const screen = await kiosk.screen();
      await screen.showCard('04DEADBEEF');
      await screen.shows('result.deny');
      const text = await screen.page.locator('body').innerText();
      const pictures = await screen.page.locator('img, video, canvas').count();
      expect([pictures, text.includes(person.personNumber), /\d\.\d|%/.test(text)]).toEqual([0, false, false]);
    });
  });

  describe('D9: a verification', () => {
    test.each(languages)(
      'in %s, says what it is for, what starts and what to use instead, before the camera looks',
      async (language) => {
        const screen = await kiosk.screen({ language });
        const { purpose } = kiosk.gate.site.config.site;
        for (const way of ['card', 'pin', 'face'] as const) {
          await screen.choose(way);
          await screen.shows(`${way}.title`);
          await screen.page.getByText(screen.text('ready.purpose', { purpose: purpose.description })).waitFor();
          const others = (['card', 'pin', 'face'] as const).filter((other) => other !== way);
          for (const other of others) await screen.button(`method.${other}.use`).waitFor();
          await screen.press('action.back');
          await screen.ready();
        }
      },
    );

    test('by face starts with an act of its own, is guided by outlines, and can be stopped', async () => {
      const screen = await kiosk.screen();
      await screen.choose('face');
      await screen.shows('face.title');
      await screen.press('face.start');
      await screen.shows('face.looking');
      await screen.press('action.back');
      await screen.ready();
    });

    test('that a panel starts shows by itself, with its result', async () => {
      const screen = await kiosk.screen();
      const { panel } = kiosk.gate;
      const { verificationId } = await panel.start({ methods: ['card'] });
      await screen.shows('panel.title');
      await screen.lawful({ scrolls: false });
      await screen.showCard(person.cardNumber);
      await screen.shows('result.grant');
      const decision = await panel.decided({ verificationId, state: 'decided', face: '', methods: [] });
      expect(decision.reason).toBe('card-accepted');
    });
  });

  test('M5.7: each way in can be read and used on the smallest screen', async () => {
    const screen = await kiosk.screen({ size: sizes.small });
    for (const way of ['card', 'pin', 'face'] as const) {
      await screen.choose(way);
      await screen.shows(`${way}.title`);
      await screen.lawful({ scrolls: true });
      await screen.press('action.back');
    }
  });
});
