/// <reference lib="dom" />
/** The gate's screen as a person has it in front of them: what stands there, what can be pressed, by the page's own texts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { projectFolder } from '../support/files.js';
import { accessibilityProblems } from './accessible.js';
import { type LayoutRules, layoutProblems } from './layout.js';

/** Longest wait for a state: recognition on a busy machine. */
const patienceMs = 25_000;

export type Language = 'en' | 'zh';
export const languages: readonly Language[] = ['zh', 'en'];
const languageNames = { en: 'English', zh: '中文' } as const;

type Texts = Readonly<Record<string, string>>;
const textsOf = (language: string): Texts =>
  JSON.parse(readFileSync(join(projectFolder, 'config', 'languages', language, 'kiosk.json'), 'utf8')) as Texts;
const texts: Readonly<Record<string, Texts>> = { en: textsOf('en'), zh: textsOf('zh') };

/** What the page did that no page of this product may do. */
interface Misdeeds {
  readonly elsewhere: string[];
  readonly faults: string[];
}

/** In whole pixels: halves come from how a row is divided. */
export async function sizeOf(part: Locator): Promise<readonly [width: number, height: number]> {
  const box = await part.boundingBox();
  return [Math.round(box?.width ?? 0), Math.round(box?.height ?? 0)];
}

export class Screen {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly #misdeeds: Misdeeds;
  language: Language = 'zh';
  /** What was pressed, ticked or filled in since the page was opened, each with the title it stood under. */
  readonly acts: { readonly under: string; readonly what: string }[] = [];

  private constructor(context: BrowserContext, page: Page, misdeeds: Misdeeds) {
    this.context = context;
    this.page = page;
    this.#misdeeds = misdeeds;
  }

  static async open(context: BrowserContext, url: string): Promise<Screen> {
    const misdeeds: Misdeeds = { elsewhere: [], faults: [] };
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    page.on('request', (request) => {
      if (!request.url().startsWith(`${url}/kiosk`) && !request.url().startsWith('data:'))
        misdeeds.elsewhere.push(request.url());
    });
    page.on('pageerror', (error) => misdeeds.faults.push(error.message));
    page.on('console', (message) => {
      // A refusal (a wrong card) is an answer, though the browser calls it a failure to load.
      const refusal = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !refusal) misdeeds.faults.push(message.text());
    });
    await page.exposeFunction('noteViolation', (what: string) => misdeeds.faults.push(what));
    await page.addInitScript(noteWhenTold);
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
        const { noteViolation } = globalThis as unknown as { noteViolation: (what: string) => void };
        noteViolation(`policy: ${violatedDirective} ${blockedURI}`);
      });
    });
    await page.goto(`${url}/kiosk`);
    return new Screen(context, page, misdeeds);
  }

  /** Waits for the first screen. The result of whoever was here before stands a while longer; it is taken off. */
  async ready(): Promise<void> {
    await this.page.waitForFunction(() => 'toldOfVerification' in globalThis);
    await this.drawn();
    const done = this.button('action.done');
    if (await done.isVisible()) await done.click();
    await this.shows('ready.title');
  }

  /** Chooses the page's language, wherever one is. */
  async speak(language: Language): Promise<void> {
    if (language === this.language) return;
    await this.page.getByRole('button', { name: languageNames[language], exact: true }).click();
    this.language = language;
    await this.page.getByRole('navigation', { name: this.text('bar.label') }).waitFor();
  }

  /** The page's text in the language that is shown. `{name}` is replaced by the value of that name. */
  text(key: string, values: Readonly<Record<string, string | number>> = {}): string {
    const found = texts[this.language]?.[key];
    if (found === undefined) throw new Error(`there is no text ${key} in ${this.language}`);
    return found.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  }

  button(key: string, values?: Readonly<Record<string, string | number>>): Locator {
    return this.page.getByRole('button', { name: this.text(key, values), exact: true });
  }

  heading(key: string, values?: Readonly<Record<string, string | number>>): Locator {
    return this.page.getByRole('heading', { name: this.text(key, values), exact: true });
  }

  field(key: string): Locator {
    return this.page.getByLabel(this.text(key), { exact: true });
  }

  async press(key: string, values?: Readonly<Record<string, string | number>>): Promise<void> {
    await this.#note(key);
    await this.button(key, values).click();
  }

  /** Card, PIN or face, of the first screen. */
  tile(way: 'card' | 'pin' | 'face'): Locator {
    const name = this.text(`method.${way}.name`);
    return this.page.getByRole('main').getByRole('button', { name }).first();
  }

  async choose(way: 'card' | 'pin' | 'face'): Promise<void> {
    await this.#note(way);
    await this.tile(way).click();
  }

  /** Ends a visit, from any of its screens. */
  async finish(): Promise<void> {
    await this.page
      .getByRole('banner')
      .getByRole('button', { name: this.text('action.finish'), exact: true })
      .click();
    await this.ready();
  }

  /** A card shown to a reader that types like a keyboard. */
  async showCard(cardNumber: string): Promise<void> {
    await this.#note('card shown');
    // All at once: a reader does not wait for the page between two characters, and the page tells it from hands by that.
    await Promise.all([...cardNumber, 'Enter'].map((key) => this.page.keyboard.press(key)));
  }

  /** Takes a result off the screen, as it would go by itself; no step of anybody's. */
  async goOn(): Promise<void> {
    await this.button('action.done').click();
    await this.ready();
  }

  /** How many screens something had to be done on since this was last asked. */
  takeSteps(): number {
    const acts = this.acts.splice(0);
    return acts.filter(({ under }, index) => under !== acts[index - 1]?.under).length;
  }

  /** What is said below the title. */
  lead(): Promise<string> {
    return this.page.locator('main p.lead').innerText();
  }

  /** Waits until this heading stands there. */
  async shows(key: string, values?: Readonly<Record<string, string | number>>): Promise<void> {
    await this.heading(key, values).waitFor();
  }

  async fill(key: string, value: string): Promise<void> {
    await this.#note(key);
    await this.field(key).fill(value);
  }

  async tickBox(box: Locator): Promise<void> {
    await this.#note('tick');
    await box.check();
  }

  /** Waits until what changed is drawn. */
  async drawn(): Promise<void> {
    await this.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
  }

  /** Waits for a result. @returns its title and reason. */
  async result(): Promise<string> {
    const title = ['grant', 'deny', 'use-alternative'].map((each) => this.heading(`result.${each}`));
    const [first, second, third] = title as [Locator, Locator, Locator];
    await first.or(second).or(third).waitFor();
    return `${await this.page.getByRole('heading', { level: 1 }).innerText()} ${await this.lead()}`;
  }

  /** Fails with every problem that axe-core and the boxes show, in both languages; a dialog is looked at in the present one. */
  async lawful(rules: LayoutRules): Promise<void> {
    const before = this.language;
    const other: Language = before === 'en' ? 'zh' : 'en';
    const dialogOpen = await this.page.getByRole('dialog').isVisible();
    for (const language of dialogOpen ? [before] : ([before, other] as const)) {
      await this.speak(language);
      const problems = [...(await accessibilityProblems(this.page)), ...(await layoutProblems(this.page, rules))];
      expect(problems, `in ${language}`).toEqual([]);
    }
    await this.speak(before);
  }

  async #note(what: string): Promise<void> {
    const under = await this.page.getByRole('heading', { level: 1 }).first().innerText();
    this.acts.push({ under, what });
  }

  async photograph(file: string): Promise<void> {
    await this.page.screenshot({ path: file });
  }

  /** @throws when something was asked of another host, or a script or the policy failed. */
  behaved(): void {
    expect(this.#misdeeds).toEqual({ elsewhere: [], faults: [] });
  }
}

/** Runs in the page before its own script: marks that the service has said what runs at this door, if anything does. */
function noteWhenTold(): void {
  const Original = globalThis.EventSource;
  globalThis.EventSource = class extends Original {
    constructor(address: string | URL, options?: EventSourceInit) {
      super(address, options);
      this.addEventListener('verification', () => Object.assign(globalThis, { toldOfVerification: true }));
    }
  };
}
