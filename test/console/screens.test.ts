import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { accessibilityProblems } from '../kiosk-browser/accessible.js';
import { projectFolder } from '../support/files.js';
import { complete, formIn, report } from './form.js';
import { type Desk, openDesk, whyNoBrowser } from './page.js';

const inChromium = describe.skipIf(whyNoBrowser !== undefined);
const sizes = { wide: { width: 1280, height: 800 }, upright: { width: 800, height: 1280 } };

/** What of the page stands beyond its right edge. */
const sidewards = ({ page }: Desk) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

describe('the built page', () => {
  it('is small: less than 80 kB of script', () => {
    const folder = join(projectFolder, 'dist', 'console');
    const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
    expect(scripts).toHaveLength(1);
    expect(statSync(join(folder, scripts[0] ?? '')).size).toBeLessThan(80 * 1024);
  });
});

inChromium(`each screen of the operator’s page (in Chromium) ${whyNoBrowser ?? ''}`, () => {
  test.each(Object.entries(sizes))(
    'M5.7: passes the automated accessibility check and fits a %s screen, in both languages',
    async (size, viewport) => {
      const { desk } = await openDesk({
        context: { viewport },
        prepare: (service) => {
          service.reports = [report];
          service.drafts = [
            {
              draftId: 'd-1',
              state: 'submitted',
              submittedAt: '2026-02-03T04:05:00Z',
              submittedBy: 'x',
              draft: complete,
            },
          ];
          service.unfinished = { revision: 1, savedAt: '2026-02-03T05:00:00Z', answers: complete };
        },
      });
      const problems: Record<string, unknown> = {};
      const look = async (screen: string) => {
        for (const tag of ['zh', 'en'] as const) {
          await desk.speak(tag);
          const looked = tag === 'zh' || size === 'wide' ? await accessibilityProblems(desk.page) : [];
          const found = [...looked, await sidewards(desk)];
          if (found.join() !== '0') problems[`${screen} ${tag}`] = found;
        }
      };
      await look('sign-in');
      await desk.signIn('mk_author');
      await look('list');
      await desk.press('list.go-on');
      for (const { title } of formIn('en').sections) {
        await desk.page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
        await look(title);
        await desk.button('write.next').or(desk.button('write.review')).click();
      }
      await desk.heading('hand-over.title').waitFor();
      await look('hand-over');
      await desk.press('app.sign-out');
      await desk.signIn('mk_author');
      await desk.page
        .getByRole('button', { name: String(complete.id) })
        .first()
        .click();
      await desk.button('draft.approve').waitFor();
      await look('draft');
      await desk.press('draft.back');
      await desk.page.getByRole('button', { name: 'PIPIA-7' }).click();
      await desk.said('report.attested').waitFor();
      await look('report');
      expect(problems).toEqual({});
      expect(desk.faults).toEqual([]);
    },
    120_000,
  );

  test('M5.7: is used with keys alone, the focus on each new screen’s title', async () => {
    const { desk } = await openDesk();
    const { keyboard } = desk.page;
    await keyboard.type('mk_author');
    await keyboard.press('Enter');
    await desk.button('list.begin').waitFor();
    await expect.poll(() => desk.page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await desk.page.getByLabel('Who writes it?', { exact: true }).waitFor();
    expect(await desk.page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    for (let stop = 0; stop < 40; stop += 1) {
      await keyboard.press('Tab');
      if (await desk.button('write.next').evaluate((element) => element === document.activeElement)) break;
    }
    await keyboard.press('Enter');
    await desk.page.getByRole('heading', { level: 1, name: 'Lawful, legitimate, necessary' }).waitFor();
  });
});
