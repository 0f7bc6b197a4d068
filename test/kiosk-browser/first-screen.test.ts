import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browser, whyNoBrowser } from './browser.js';
import { missingGlyphs } from './glyphs.js';
import { tabStops } from './keyboard.js';
import { Kiosk, pairingCode, sizes } from './kiosk.js';
import { layoutProblems } from './layout.js';
import { languages, Screen, sizeOf } from './screen.js';

const ways = ['card', 'pin', 'face'] as const;
const firstScreen = { scrolls: false };

describe.skipIf(whyNoBrowser !== undefined)(`the first screen (${whyNoBrowser ?? 'in Chromium'})`, () => {
  let kiosk: Kiosk;
  beforeAll(async () => {
    kiosk = await Kiosk.open('person-a');
  });
  afterAll(() => kiosk?.close());

  test.each(Object.entries(sizes))(
    'M5.7: shows everything at once on a %s screen, in both languages',
    async (_, size) => {
      const screen = await kiosk.screen({ size });
      const problems: Record<string, readonly string[]> = {};
      for (const language of languages) {
        await screen.speak(language);
        problems[language] = await layoutProblems(screen.page, firstScreen);
      }
      expect(problems).toEqual({ en: [], zh: [] });
    },
  );

  test.each(Object.entries(sizes))(
    'M10.2: shows card, PIN and face at one size on a %s screen, in both languages',
    async (_, size) => {
      const screen = await kiosk.screen({ size });
      for (const language of languages) {
        await screen.speak(language);
        const [card, ...others] = await Promise.all(ways.map((way) => sizeOf(screen.tile(way))));
        expect(Math.min(...(card ?? []))).toBeGreaterThan(100);
        expect(others, language).toEqual([card, card]);
      }
    },
  );

  test('M10.2: draws card, PIN and face alike', async () => {
    const screen = await kiosk.screen();
    const looks = await Promise.all(
      ways.map((way) =>
        screen.tile(way).evaluate((tile) => {
          const { backgroundColor, color, fontSize, borderWidth, opacity } = getComputedStyle(tile);
          return { backgroundColor, color, fontSize, borderWidth, opacity };
        }),
      ),
    );
    expect(looks).toEqual([looks[0], looks[0], looks[0]]);
  });

  test('D4: never has the face first, and Enter never starts it', async () => {
    const screen = await kiosk.screen({ language: 'zh' });
    const names = await screen.page.getByRole('main').getByRole('button').allInnerTexts();
    const focused = await screen.page.evaluate(() => document.activeElement?.textContent);
    const named = (way: string) => expect.stringContaining(screen.text(`method.${way}.name`));
    expect({ names, focused }).toEqual({ names: [named('card'), named('pin'), named('face')], focused: named('card') });
  });

  test('M5.7: passes the automated accessibility check in both languages', async () => {
    const screen = await kiosk.screen();
    await screen.lawful(firstScreen);
  });

  test('M5.7: has large text, with nothing cut and nothing overlapping, on the smallest screen too', async () => {
    const screen = await kiosk.screen({ size: sizes.small });
    const textSize = () => screen.tile('card').evaluate((tile) => Number.parseFloat(getComputedStyle(tile).fontSize));
    const before = await textSize();
    await screen.press('bar.large-text');
    expect(await textSize()).toBeGreaterThan(before * 1.15);
    await screen.lawful({ scrolls: true });
  });

  test('M5.7: moves nothing for whoever asked their device for less motion', async () => {
    const screen = await kiosk.screen({ context: { reducedMotion: 'reduce' } });
    await screen.choose('face');
    const moving = await screen.page.evaluate(() => document.getAnimations().length);
    expect(moving).toBe(0);
  });

  test('draws every character of both languages, also where the system has no Chinese font', async () => {
    const screen = await kiosk.screen();
    for (const language of languages) {
      await screen.speak(language);
      expect(await missingGlyphs(screen.page), language).toEqual([]);
    }
  });

  test('is small: less than 150 kB of script', async () => {
    const screen = await kiosk.screen();
    const bytes = await screen.page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('.js'))
        .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).decodedBodySize, 0),
    );
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(150_000);
  });

  test('is paired once, by the code that an operator makes', async () => {
    const context = await (await browser()).newContext({ viewport: sizes.wide, locale: 'zh-CN' });
    const screen = await Screen.open(context, kiosk.gate.daemon.url);
    const code = await pairingCode(kiosk.gate);
    await screen.shows('pairing.title');
    await screen.fill('pairing.code', code);
    await screen.press('action.ok');
    await screen.ready();
    await context.close();
    screen.behaved();
  });

  describe('with keys alone', () => {
    test('M5.7: leads Tab through the ways in, then the rights and help, always seen, and around again', async () => {
      const screen = await kiosk.screen({ language: 'zh' });
      const stops = await tabStops(screen.page);
      const bar = ['notice', 'consent', 'withdraw', 'data', 'complaint', 'staff'].map((key) =>
        screen.text(`bar.${key}`),
      );
      expect(stops.slice(3, 9).map(({ name }) => name)).toEqual(bar);
      expect(stops.filter(({ seen, onScreen }) => !seen || !onScreen)).toEqual([]);
    });

    test('M5.7: leads arrows from one way in to the next, Enter in and Escape back', async () => {
      const screen = await kiosk.screen({ language: 'zh' });
      const { keyboard } = screen.page;
      await keyboard.press('ArrowRight');
      await keyboard.press('Enter');
      await screen.shows('pin.title');
      await keyboard.press('Escape');
      await screen.ready();
    });

    test('M5.7: gives digits that are typed by hand a field to be in', async () => {
      const screen = await kiosk.screen({ language: 'zh' });
      await screen.page.keyboard.type('04A1');
      await screen.shows('card.title');
      expect(await screen.field('card.number').inputValue()).toBe('04A1');
    });
  });

  describe('with its time running out', () => {
    test('M5.7: asks before it goes back to the start, and stays for whoever wants more time', async () => {
      const screen = await kiosk.screen({ ownClock: true });
      await screen.choose('pin');
      await screen.shows('pin.title');
      await screen.page.clock.fastForward(100_000);
      await screen.shows('time.title');
      await screen.press('time.more');
      await screen.page.clock.fastForward(60_000);
      expect(await screen.heading('pin.title').isVisible()).toBe(true);
    });

    test('goes back to the start for whoever left', async () => {
      const screen = await kiosk.screen({ ownClock: true });
      await screen.choose('pin');
      await screen.shows('pin.title');
      await screen.page.clock.fastForward(100_000);
      await screen.shows('time.title');
      await screen.page.clock.fastForward(40_000);
      await screen.ready();
    });
  });
});
