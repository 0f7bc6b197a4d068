import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '../e2e/gate.js';
import { whyNoBrowser } from './browser.js';
import { Kiosk } from './kiosk.js';
import {
  comeInByCard,
  comeInByFace,
  comeInByPin,
  comeToDecide,
  consent,
  enrolFace,
  enrolmentCode,
  giveCard,
  newPerson,
  proveByPin,
  readNotice,
  showFace,
} from './matters.js';
import { type Screen, sizeOf } from './screen.js';

interface HeldAbout {
  readonly consent: string;
  readonly faceEnrolled?: boolean;
}

describe.skipIf(whyNoBrowser !== undefined)(`consent at the screen (${whyNoBrowser ?? 'in Chromium'})`, () => {
  let kiosk: Kiosk;
  beforeAll(async () => {
    kiosk = await Kiosk.open('person-a');
  });
  afterAll(() => kiosk?.close());

  const held = async ({ subjectId }: Person) =>
    (await kiosk.gate.operator.get<HeldAbout>(`/v1/subjects/${subjectId}`)).body;
  const granted = (screen: Screen, reason: string) =>
    `${screen.text('result.grant')} ${screen.text(`reason.${reason}`)}`;

  describe('a person who consents, and later withdraws', () => {
    let person: Person;
    let stepsToConsent = 0;
    let actsToConsent = 0;

    test('M6.1: decides on a screen of its own, after the notice, with nothing ticked and nothing bundled', async () => {
      person = await newPerson(kiosk.gate);
      const screen = await kiosk.screen();
      await comeToDecide(screen, await enrolmentCode(kiosk.gate, person));
      await readNotice(screen);
      await screen.press('action.continue');
      await screen.shows('consent.title');
      const ticked = await screen.page.getByRole('checkbox', { checked: true }).count();
      await screen.press('consent.give');
      await screen.page.getByText(screen.text('consent.missing')).waitFor();
      expect([ticked, (await held(person)).consent]).toEqual([0, 'none']);
    });

    test('M10.2: has "yes" and "no" at one size', async () => {
      const screen = await kiosk.screen();
      await comeToDecide(screen, await enrolmentCode(kiosk.gate, person));
      await readNotice(screen);
      await screen.press('action.continue');
      expect(await sizeOf(screen.button('consent.refuse'))).toEqual(await sizeOf(screen.button('consent.give')));
      await screen.lawful({ scrolls: true });
    });

    test('M6.1: comes from an operator’s code to an enrolled face, each screen passing the accessibility check', async () => {
      const screen = await kiosk.screen();
      await comeToDecide(screen, await enrolmentCode(kiosk.gate, person));
      await readNotice(screen);
      await screen.press('action.continue');
      await consent(screen);
      await screen.shows('enrol.title');
      actsToConsent = screen.acts.length;
      stepsToConsent = screen.takeSteps();
      await screen.lawful({ scrolls: true });
      await enrolFace(screen, person);
      expect(await held(person)).toMatchObject({ consent: 'valid' });
    });

    test('M4.3: then comes in by face', async () => {
      const screen = await kiosk.screen();
      expect(await comeInByFace(screen, person)).toBe(granted(screen, 'face-match'));
    });

    test('M6.2: withdraws in no more steps than consenting took, and gets a receipt', async () => {
      const screen = await kiosk.screen();
      await screen.press('bar.withdraw');
      await proveByPin(screen, person, 'withdraw.title');
      await screen.press('withdraw.self');
      await screen.shows('receipt.title');
      const acts = screen.acts.length;
      expect(acts).toBeLessThanOrEqual(actsToConsent);
      expect(screen.takeSteps()).toBeLessThanOrEqual(stepsToConsent);
      await screen.lawful({ scrolls: true });
      expect((await held(person)).consent).toBe('ended');
    });

    test('M6.2: their face opens nothing any more, and their PIN does', async () => {
      const screen = await kiosk.screen();
      await showFace(screen, person);
      await screen.page.getByText(screen.text('reason.face-not-available')).waitFor();
      await screen.lawful({ scrolls: true });
      await screen.press('action.back');
      expect(await comeInByPin(screen, person)).toBe(granted(screen, 'pin-accepted'));
    });
  });

  describe('a person who does not want it', () => {
    let person: Person;

    test('M12: says so on the notice or at the decision, is thanked, and nothing is recorded', async () => {
      person = await newPerson(kiosk.gate);
      await giveCard(kiosk.gate, person);
      const screen = await kiosk.screen();
      await comeToDecide(screen, await enrolmentCode(kiosk.gate, person));
      await screen.press('consent.refuse');
      await screen.shows('refused.title');
      await screen.lawful({ scrolls: true });
      await screen.press('action.done');
      await screen.ready();
      expect((await held(person)).consent).toBe('none');
    });

    test('M12: comes in by card as before, and is asked nothing', async () => {
      const screen = await kiosk.screen();
      expect(await comeInByCard(screen, person)).toBe(granted(screen, 'card-accepted'));
      expect(await screen.page.getByRole('main').innerText()).not.toContain(screen.text('act.consent'));
      await screen.goOn();
    });
  });
});
