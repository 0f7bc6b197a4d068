import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enrol, giveConsent, type Person } from '../e2e/gate.js';
import { whyNoBrowser } from './browser.js';
import { Kiosk, sizes } from './kiosk.js';
import {
  comeInByCard,
  comeInByFace,
  comeToDecide,
  consent,
  enrolmentCode,
  giveCard,
  givePin,
  newPerson,
  proveByCard,
  readNotice,
  showFace,
} from './matters.js';
import { languages, type Screen } from './screen.js';

describe.skipIf(whyNoBrowser !== undefined)(`rights at the screen (${whyNoBrowser ?? 'in Chromium'})`, () => {
  let kiosk: Kiosk;
  let ada: Person;
  beforeAll(async () => {
    kiosk = await Kiosk.open('person-a');
    ada = await newPerson(kiosk.gate);
    await giveCard(kiosk.gate, ada);
    await givePin(kiosk.gate, ada);
    await giveConsent(kiosk.gate, ada);
    await enrol(kiosk.gate, ada, 'main');
  });
  afterAll(() => kiosk?.close());

  const granted = (screen: Screen, reason: string) =>
    `${screen.text('result.grant')} ${screen.text(`reason.${reason}`)}`;

  test('P45: a person who proves who they are sees what is held about them, and takes it along, but no template', async () => {
    const screen = await kiosk.screen({ size: sizes.small });
    await screen.press('bar.data');
    await proveByCard(screen, ada, 'overview.title');
    await screen.lawful({ scrolls: true });
    await screen.press('act.see-data');
    await screen.shows('data.title');
    await screen.page.getByText(ada.personNumber).first().waitFor();
    await screen.lawful({ scrolls: true });
    const download = screen.page.waitForEvent('download');
    await screen.page.getByRole('link', { name: screen.text('action.save') }).click();
    const file = await readFile(await (await download).path(), 'utf8');
    expect(JSON.parse(file)).toBeTypeOf('object');
    expect([file.includes(ada.personNumber), /template"?:|vector|embedding|ciphertext/i.test(file)]).toEqual([
      true,
      false,
    ]);
  });

  test('M17: somebody complains without saying who they are, and gets a reference that the operator finds', async () => {
    const screen = await kiosk.screen({ size: sizes.small });
    await screen.press('bar.complaint');
    await screen.shows('complaint.title');
    await screen.press('complaint.topic-pressed');
    await screen.lawful({ scrolls: true });
    await screen.press('complaint.send');
    await screen.shows('complaint.received-title');
    await screen.lawful({ scrolls: true });
    const reference = await screen.page.getByRole('definition').first().innerText();
    const { text } = await kiosk.gate.operator.get('/v1/complaints');
    expect(text).toContain(reference);
  });

  test('M5.7: one touch calls staff from the first screen, in either language, and panels hear of it', async () => {
    for (const language of languages) {
      const screen = await kiosk.screen({ language });
      await screen.press('bar.staff');
      await screen.shows('staff.title');
      await screen.lawful({ scrolls: true });
    }
    const { body } = await kiosk.gate.panel.get<{ events: readonly { kind: string }[] }>('/v1/events?from=1&limit=500');
    expect(body.events.map(({ kind }) => kind)).toContain('staff.called');
  });

  test('M5.4: the notice, with its purpose and its ways without the face, is a touch away', async () => {
    const screen = await kiosk.screen({ size: sizes.upright });
    await screen.press('bar.notice');
    await screen.shows('notice.title');
    await screen.page.getByText(kiosk.gate.site.config.site.purpose.description).first().waitFor();
    await screen.lawful({ scrolls: true });
  });

  describe('a person under 14', () => {
    test('M7.1: is refused where the site has no rules for minors, and nothing is recorded', async () => {
      const child = await newPerson(kiosk.gate, 'minor');
      const screen = await kiosk.screen();
      await screen.press('bar.consent');
      await screen.press('prove.code');
      const code = await enrolmentCode(kiosk.gate, child, { guardianAuthority: 'family book, seen by the operator' });
      await screen.fill('prove.code-label', code);
      await screen.press('action.ok');
      await screen.shows('overview.title');
      await screen.page.getByText(screen.text('overview.refused.consent')).waitFor();
      const { body } = await kiosk.gate.operator.get<{ consent: string }>(`/v1/subjects/${child.subjectId}`);
      expect(body.consent).toBe('none');
    });
  });

  describe('when the notice changes', () => {
    beforeAll(async () => {
      const { site } = kiosk.gate.site.config;
      const minorsRules = 'for a test: a guardian comes along';
      await kiosk.changed({ site: { ...site, necessity: 'said anew for a test', minorsRules } });
    });

    test('M5.6: the face waits, and says why; the card opens as before', async () => {
      const screen = await kiosk.screen();
      await showFace(screen, ada);
      await screen.page.getByText(screen.text('reason.face-not-available')).waitFor();
      await screen.press('action.back');
      expect(await comeInByCard(screen, ada)).toBe(granted(screen, 'card-accepted'));
    });

    test('M5.6: who has looked at the new notice comes in by face again', async () => {
      const screen = await kiosk.screen({ size: sizes.small });
      await screen.press('bar.data');
      await proveByCard(screen, ada, 'overview.title');
      await screen.press('act.acknowledge-notice');
      await screen.shows('changed.title');
      await readNotice(screen);
      await screen.lawful({ scrolls: true });
      await screen.press('changed.seen');
      await screen.shows('done.notice');
      await screen.lawful({ scrolls: true });
      await screen.finish();
      expect(await comeInByFace(screen, ada)).toBe(granted(screen, 'face-match'));
    });

    test('M7.1: for a person under 14 a guardian decides, and the consent names them', async () => {
      const child = await newPerson(kiosk.gate, 'minor');
      const screen = await kiosk.screen({ size: sizes.upright });
      const guardianAuthority = 'family book, seen by the operator';
      await comeToDecide(screen, await enrolmentCode(kiosk.gate, child, { guardianAuthority }));
      await readNotice(screen);
      await screen.press('action.continue');
      await screen.shows('consent.title');
      await consent(screen);
      await screen.page.getByText(screen.text('consent.missing-guardian')).waitFor();
      await screen.lawful({ scrolls: true });
      await screen.fill('consent.guardian-name', 'Grace');
      await screen.press('consent.mother');
      await screen.fill('consent.birthday-14', '20310904');
      await screen.press('consent.give');
      await screen.shows('enrol.title');
      const { body } = await kiosk.gate.operator.get<{ consent: string }>(`/v1/subjects/${child.subjectId}`);
      expect(body.consent).toBe('valid');
    });
  });
});
