/** Screens that come and go by themselves, held still by the fake service and looked at by axe-core and by their boxes. */
import { describe, expect, test } from 'vitest';
import { accessibilityProblems } from '../kiosk-browser/accessible.js';
import { layoutProblems } from '../kiosk-browser/layout.js';
import { zone } from './answers.js';
import { type Opened, openPage, whyNoBrowser } from './page.js';
import { proveByCard, reachConsent } from './steps.js';

const inChromium = describe.skipIf(whyNoBrowser !== undefined);
const sizes = { small: { width: 800, height: 480 }, upright: { width: 800, height: 1280 } };
const running = {
  face: 'in-progress',
  guide: { code: 'come-nearer', zone, box: { x: 0.4, y: 0.3, width: 0.2, height: 0.3 }, nearness: 0.6, progress: 0.3 },
} as const;

async function problemsOn({ page }: Opened): Promise<readonly string[]> {
  return [...(await accessibilityProblems(page)), ...(await layoutProblems(page, { scrolls: true }))];
}

inChromium(`M5.7 on the page (in Chromium) ${whyNoBrowser ?? ''}`, () => {
  test.each(Object.entries(sizes))('M5.7: the guide of a running face verification, %s', async (_, size) => {
    const opened = await openPage();
    await opened.page.setViewportSize(size);
    opened.service.showVerification({ startedBy: 'screen', ...running });
    await opened.heading('face.looking').waitFor();
    await opened.page.getByText(opened.text('guidance.come-nearer')).first().waitFor();
    expect(await problemsOn(opened)).toEqual([]);
  });

  test('M5.7: the guide of a running face verification, in Chinese and in large text', async () => {
    const opened = await openPage();
    await opened.button('bar.large-text').click();
    opened.service.showVerification({ startedBy: 'screen', ...running });
    await opened.heading('face.looking').waitFor();
    await opened.page.getByRole('button', { name: '中文', exact: true }).click();
    await opened.page.locator('html[lang="zh-CN"]').waitFor();
    expect(await problemsOn(opened)).toEqual([]);
  });

  test.each(['en', 'zh-CN'])('M5.7: the page that is not paired yet, in %s', async (locale) => {
    const opened = await openPage({
      locale,
      prepare: (service) => {
        service.paired = false;
      },
    });
    await opened.page.locator(`html[lang="${locale}"]`).waitFor();
    await opened.page.getByRole('textbox').waitFor();
    expect(await problemsOn(opened)).toEqual([]);
  });

  test('M5.7: the question whether somebody needs more time', async () => {
    const opened = await openPage({ ownClock: true });
    await proveByCard(opened, 'bar.data');
    await opened.page.clock.runFor(95_000);
    await opened.heading('time.title').waitFor();
    expect(await accessibilityProblems(opened.page)).toEqual([]);
  });

  test('M5.7: large text on the smallest screen, from the ways in to the decision', async () => {
    const opened = await openPage();
    const { button, heading } = opened;
    const found: Record<string, readonly string[]> = {};
    const look = async (screen: string) => {
      const problems = await problemsOn(opened);
      if (problems.length > 0) found[screen] = problems;
    };
    await button('bar.large-text').click();
    for (const way of ['card', 'pin', 'face'] as const) {
      const name = opened.text(`method.${way}.name`);
      await opened.page.getByRole('main').getByRole('button', { name }).first().click();
      await heading(`${way}.title`).waitFor();
      await look(way);
      await button('action.back').click();
    }
    await button('bar.notice').click();
    await heading('notice.title').waitFor();
    await look('notice');
    await button('action.back').click();
    await button('bar.complaint').click();
    await heading('complaint.title').waitFor();
    await look('complaint');
    await button('action.back').click();
    await reachConsent(opened);
    await look('consent');
    expect(found).toEqual({});
  });
});
