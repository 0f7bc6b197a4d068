/** The built page in a real Chromium, in front of a fake service. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, onTestFinished } from 'vitest';
import { installedBrowser, noBrowser, openBrowser } from '../../scripts/browser.mjs';
import { projectFolder } from '../support/files.js';
import { FakeService } from './fake-service.js';

export const whyNoBrowser = installedBrowser === undefined ? `skipped: ${noBrowser}` : undefined;

type Texts = Readonly<Record<string, string>>;
export const textsOf = (tag: string): Texts =>
  JSON.parse(readFileSync(join(projectFolder, 'config', 'languages', tag, 'console.json'), 'utf8')) as Texts;

let running: Promise<Browser> | undefined;
afterAll(async () => (await running)?.close());

/** The operator's page by its own texts, wherever the service is. */
export class Desk {
  readonly page: Page;
  readonly faults: string[] = [];
  #texts = textsOf('en');

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(30_000);
    page.on('pageerror', ({ message }) => this.faults.push(message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) this.faults.push(message.text());
    });
  }

  text(key: string, values: Readonly<Record<string, string | number>> = {}): string {
    return (this.#texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  }

  button(key: string, values?: Readonly<Record<string, string>>): Locator {
    return this.page.getByRole('button', { name: this.text(key, values), exact: true });
  }

  heading(key: string, values?: Readonly<Record<string, string>>): Locator {
    return this.page.getByRole('heading', { name: this.text(key, values), exact: true });
  }

  said(key: string): Locator {
    return this.page.getByText(this.text(key), { exact: true });
  }

  async press(key: string): Promise<void> {
    await this.button(key).click();
  }

  async speak(tag: 'en' | 'zh'): Promise<void> {
    await this.page.getByRole('button', { name: tag === 'en' ? 'English' : '中文', exact: true }).click();
    this.#texts = textsOf(tag);
    await this.said('app.sign-out').or(this.said('sign-in.key')).first().waitFor();
  }

  async signIn(key: string): Promise<void> {
    await this.page.getByLabel(this.text('sign-in.key'), { exact: true }).fill(key);
    await this.press('sign-in.submit');
    await this.heading('list.title').and(this.page.locator('h1')).waitFor();
    await this.button('app.sign-out').waitFor();
  }
}

export interface Opened {
  readonly service: FakeService;
  readonly desk: Desk;
}

export interface OpenOptions {
  readonly prepare?: (service: FakeService) => void;
  readonly context?: BrowserContextOptions;
  /** Time stands still until the test moves it. */
  readonly ownClock?: boolean;
}

export async function openDesk({ prepare, context: more = {}, ownClock = false }: OpenOptions = {}): Promise<Opened> {
  running ??= openBrowser();
  const service = await FakeService.start();
  prepare?.(service);
  const context = await (await running).newContext({ viewport: { width: 1280, height: 800 }, locale: 'en', ...more });
  onTestFinished(async () => {
    await context.close();
    await service.stop();
  });
  if (ownClock) await context.clock.install();
  const desk = new Desk(await context.newPage());
  await desk.page.goto(`${service.address}/console`);
  await desk.page.getByRole('heading', { level: 1 }).waitFor();
  return { service, desk };
}
