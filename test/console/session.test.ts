import { describe, expect, it, test } from 'vitest';
import { accessibilityProblems } from '../kiosk-browser/accessible.js';
import { report } from './form.js';
import { openDesk, whyNoBrowser } from './page.js';

const inChromium = describe.skipIf(whyNoBrowser !== undefined);

inChromium(`the operator’s page (in Chromium) ${whyNoBrowser ?? ''}`, () => {
  it('keeps the key in memory only, and a reload forgets it', async () => {
    const { desk } = await openDesk();
    await desk.signIn('mk_author');
    const kept = await desk.page.evaluate(() => [
      ...[JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href],
      document.documentElement.outerHTML,
    ]);
    expect(kept.filter((place) => place.includes('mk_author'))).toEqual([]);
    await desk.page.reload();
    await desk.page.getByLabel(desk.text('sign-in.key'), { exact: true }).waitFor();
    expect(desk.faults).toEqual([]);
  });

  it.each([
    ['a key that is none', 'mk_guessed', 'error.unauthenticated'],
    ['a panel’s key', 'mk_panel', 'error.forbidden'],
  ])('says of %s that it does not do', async (_what, key, said) => {
    const { desk, service } = await openDesk();
    await desk.page.getByLabel(desk.text('sign-in.key'), { exact: true }).fill(key);
    await desk.press('sign-in.submit');
    await desk.said(said).waitFor();
    expect(service.askedFor('GET', '/assessments')).toEqual([]);
  });

  it('asks for the key again when it ended meanwhile', async () => {
    const { desk, service } = await openDesk();
    await desk.signIn('mk_author');
    service.callers.clear();
    await desk.press('list.begin');
    await desk.said('error.unauthenticated').waitFor();
    await desk.page.getByLabel(desk.text('sign-in.key'), { exact: true }).waitFor();
  });

  test('M5.7: warns before it signs somebody out, saves what they wrote, and stays for whoever answers', async () => {
    const { desk, service } = await openDesk({ ownClock: true });
    await desk.signIn('mk_author');
    await desk.press('list.begin');
    await desk.page.getByLabel('Who writes it?', { exact: true }).fill('Ann');
    await desk.page.clock.runFor(602_000);
    await desk.heading('time.title').waitFor();
    expect(await accessibilityProblems(desk.page)).toEqual([]);
    await desk.press('time.more');
    await desk.page.clock.runFor(90_000);
    expect(await desk.page.getByLabel('Who writes it?', { exact: true }).inputValue()).toBe('Ann');
    await desk.page.clock.runFor(520_000);
    await desk.heading('time.title').waitFor();
    await desk.page.clock.runFor(62_000);
    await desk.said('sign-in.idle').waitFor();
    expect(service.unfinished?.answers).toMatchObject({ author: 'Ann' });
  });

  test('M9.1: shows an auditor everything and nothing to change', async () => {
    const { desk } = await openDesk({
      prepare: (service) => {
        service.reports = [report];
        service.current = { state: 'valid', version: 1 };
      },
    });
    await desk.signIn('mk_auditor');
    await desk.said('list.read-only').waitFor();
    expect(await desk.button('list.begin').count()).toBe(0);
    await desk.page.getByRole('button', { name: 'PIPIA-7' }).click();
    await desk.said('report.attested').waitFor();
  });

  test('M9.5: says why an assessment no longer holds, and until when one does', async () => {
    const { desk } = await openDesk({
      prepare: (service) => {
        service.current = { state: 'invalidated', trigger: 'capture-zone' };
        service.reports = [
          { ...report, version: 2 },
          { ...report, standing: 'superseded', voidedBy: ['major-incident'] },
        ];
      },
    });
    await desk.signIn('mk_auditor');
    await desk.said('trigger.capture-zone').waitFor();
    await desk.said('trigger.major-incident').waitFor();
    expect(await desk.page.getByRole('cell', { name: 'February 3, 2027' }).count()).toBe(2);
  });
});
