/** The built page in a real Chromium, in front of a fake service. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, onTestFinished } from 'vitest';
import { installedBrowser, noBrowser, openBrowser } from '../../scripts/browser.mjs';
import { FakeService } from './fake-service.js';

export const whyNoBrowser = installedBrowser === undefined ? `skipped: ${noBrowser}` : undefined;

const english = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../config/languages/en/kiosk.json', import.meta.url)), 'utf8'),
) as Record<string, string>;

let running: Promise<Browser> | undefined;
afterAll(async () => (await running)?.close());

export interface Opened {
  readonly service: FakeService;
  readonly page: Page;
  /** What the policy refused or a script threw. */
  readonly faults: readonly string[];
  text(key: string, values?: Readonly<Record<string, string>>): string;
  button(key: string): Locator;
  heading(key: string): Locator;
  /** A card held to a reader that types like a keyboard. */
  showCard(cardNumber: string): Promise<void>;
  /** From here on the test alone moves the page's time; needs `ownClock`. */
  letTimeStand(): Promise<void>;
}

export interface OpenOptions {
  readonly prepare?: (service: FakeService) => void;
  /** The test can move the page's time on; by itself it goes by as everybody's. */
  readonly ownClock?: boolean;
  readonly hash?: string;
  readonly locale?: string;
}

/** Opens the page in English on the smallest screen, and closes everything with the test. */
export async function openPage({
  prepare,
  ownClock = false,
  hash = '',
  locale = 'en',
}: OpenOptions = {}): Promise<Opened> {
  running ??= openBrowser();
  const service = await FakeService.start();
  service.site = { ...service.site, defaultLanguage: 'en' };
  prepare?.(service);
  const context = await (await running).newContext({ viewport: { width: 800, height: 480 }, locale });
  onTestFinished(async () => {
    await context.close();
    await service.stop();
  });
  if (ownClock) await context.clock.install();
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
  await page.goto(`${service.address}/kiosk${hash}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const text = (key: string, values: Readonly<Record<string, string>> = {}) =>
    (english[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  return {
    service,
    page,
    faults,
    text,
    button: (key) => page.getByRole('button', { name: text(key), exact: true }),
    heading: (key) => page.getByRole('heading', { name: text(key), exact: true }),
    showCard: async (cardNumber) => {
      await Promise.all([...cardNumber, 'Enter'].map((key) => page.keyboard.press(key)));
    },
    // It can only be stopped at a moment that is still to come.
    letTimeStand: async () => page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1000),
  };
}
