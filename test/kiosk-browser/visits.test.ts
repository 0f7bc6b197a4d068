/** Own matters from their beginning to their paper: receipts, renewal, a card for those who have none, the face as proof. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { giveConsent, type Person } from '../e2e/gate.js';
import { projectFolder } from '../support/files.js';
import { whyNoBrowser } from './browser.js';
import { Kiosk, sizes } from './kiosk.js';
import {
  comeInByCard,
  comeToDecide,
  consent,
  enrolmentCode,
  givePin,
  newPerson,
  proveByPin,
  readNotice,
} from './matters.js';
import type { Screen } from './screen.js';

const behindMs = 5 * 3_600_000;
/** For as long as the consent of `grace` is given: of its six hours, five have gone by when the clock is right again. */
const clockBehind = {
  NODE_OPTIONS: `--import=${join(projectFolder, 'test', 'support', 'clock-behind.mjs')}`,
  MENSHEN_TEST_CLOCK_BEHIND_MS: String(behindMs),
};

interface HeldAbout {
  readonly consent: string;
  readonly consentExpiresAt?: string;
}

describe.skipIf(whyNoBrowser !== undefined)(`a visit at the screen (${whyNoBrowser ?? 'in Chromium'})`, () => {
  let kiosk: Kiosk;
  let grace: Person;
  let mary: Person;
  beforeAll(async () => {
    kiosk = await Kiosk.open('person-a', { start: { environment: clockBehind } });
    grace = await newPerson(kiosk.gate);
    await givePin(kiosk.gate, grace);
    await giveConsent(kiosk.gate, grace);
    await kiosk.changed({}, { confirm: true });
    mary = await newPerson(kiosk.gate);
  });
  afterAll(() => kiosk?.close());

  const held = async ({ subjectId }: Person) =>
    (await kiosk.gate.operator.get<HeldAbout>(`/v1/subjects/${subjectId}`)).body;

  /** What a printer would get: the buttons are gone, the words are there. */
  const printed = async ({ page }: Screen) => {
    await page.emulateMedia({ media: 'print' });
    const words = await page.locator('body').innerText();
    const buttons = await page.getByRole('button').filter({ visible: true }).count();
    await page.emulateMedia({ media: 'screen' });
    return { words, buttons };
  };

  test('M6.1: a consent that comes to its end is renewed on the screen, before it lapses, and nobody enrols again', async () => {
    const before = await held(grace);
    const screen = await kiosk.screen();
    await screen.press('bar.consent');
    await proveByPin(screen, grace, 'consent.renew-notice-title');
    await readNotice(screen);
    await screen.lawful({ scrolls: true });
    await screen.press('action.continue');
    await consent(screen);
    await screen.shows('done.renewal');
    const after = await held(grace);
    expect([before.consent, after.consent]).toEqual(['valid', 'valid']);
  });

  test('M6.1: who consented and enrolled, and has no card or PIN yet, gets a card and a printed receipt there', async () => {
    const screen = await kiosk.screen({ size: sizes.upright });
    await comeToDecide(screen, await enrolmentCode(kiosk.gate, mary));
    await readNotice(screen);
    await screen.press('action.continue');
    await consent(screen);
    await screen.press('enrol.start');
    await screen.shows('face.looking');
    await screen.lawful({ scrolls: true });
    await screen.shows('second.title');
    await screen.lawful({ scrolls: true });
    await screen.press('act.add-card');
    await screen.shows('add-card.title');
    await screen.lawful({ scrolls: true });
    await screen.fill('card.number', mary.cardNumber);
    await screen.press('action.ok');
    await screen.shows('done.card');
    await screen.press('done.receipt');
    await screen.shows('receipt.title');
    const { words, buttons } = await printed(screen);
    const number = await screen.page.getByRole('definition').first().innerText();
    expect([words.includes(number), buttons]).toEqual([true, 0]);
    await screen.lawful({ scrolls: true });
    await screen.finish();
    expect(await comeInByCard(screen, mary)).toContain(screen.text('result.grant'));
  });

  test('P45: whose face is enrolled proves by it who they are, guided by outlines, and sees what is held', async () => {
    const screen = await kiosk.screen();
    await screen.press('bar.data');
    await screen.shows('prove.title');
    await screen.press('prove.face');
    await screen.fill('card.number', mary.cardNumber);
    await screen.press('face.start-key');
    await screen.shows('overview.title');
    await screen.page.getByRole('definition').getByText(screen.text('proved.face'), { exact: true }).waitFor();
    await screen.press('act.see-data');
    await screen.shows('data.title');
    await screen.page.getByText(mary.personNumber).first().waitFor();
  });

  test('M6.2: whose face is enrolled withdraws by it, and the receipt is printed whole', async () => {
    const screen = await kiosk.screen({ size: sizes.small });
    await screen.press('bar.withdraw');
    await screen.press('prove.face');
    await screen.fill('card.number', mary.cardNumber);
    await screen.press('face.start-key');
    await screen.shows('withdraw.title');
    await screen.press('withdraw.self');
    await screen.shows('receipt.title');
    const number = await screen.page.getByRole('definition').first().innerText();
    const { words, buttons } = await printed(screen);
    expect([words.includes(number), buttons, (await held(mary)).consent]).toEqual([true, 0, 'ended']);
  });
});
