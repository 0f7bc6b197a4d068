/** A gate with its screen: the real service, a recording as its camera, pages in a real browser. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, BrowserContextOptions } from 'playwright-core';
import { onTestFinished } from 'vitest';
import type { Config } from '#menshen/config/index.js';
import { pairingCodeIn, pairScreen } from '../../scripts/browser.mjs';
import { faceSite, type Gate, openFaceGate } from '../e2e/gate.js';
import type { StartOptions } from '../support/daemon.js';
import { footage, projectFolder, type SceneId } from '../support/files.js';
import { browser } from './browser.js';
import { type Language, Screen } from './screen.js';

export type Size = { readonly width: number; readonly height: number };
export const sizes = {
  small: { width: 800, height: 480 },
  wide: { width: 1280, height: 800 },
  upright: { width: 800, height: 1280 },
} as const satisfies Record<string, Size>;

export interface ScreenOptions {
  readonly size?: Size;
  readonly language?: Language;
  readonly context?: BrowserContextOptions;
  /** The page's clock can be set forward by the test. */
  readonly ownClock?: boolean;
}

export interface KioskOptions {
  readonly method?: '1:1' | '1:N';
  readonly changes?: Partial<Config>;
  readonly start?: StartOptions;
}

/** Cookies that make a browser this gate's screen. */
type Paired = Awaited<ReturnType<BrowserContext['storageState']>>;

export class Kiosk {
  readonly #paired: Paired;
  #gate: Gate;

  private constructor(gate: Gate, paired: Paired) {
    this.#gate = gate;
    this.#paired = paired;
  }

  get gate(): Gate {
    return this.#gate;
  }

  /** A gate whose camera shows one person over and over, with a paired screen. */
  static async open(scene: SceneId, { method = '1:1', changes = {}, start = {} }: KioskOptions = {}): Promise<Kiosk> {
    if (footage === undefined) throw new Error('no recording');
    const screen = { doorId: 'main', defaultLanguage: 'zh', sessionMinutes: 5 };
    const gate = await openFaceGate({ ...faceSite(footage, [scene], method), screen, ...changes }, start);
    return new Kiosk(gate, await pair(gate));
  }

  /** A page of its own for the test that asks; it ends with the test, which fails if the page did what it may not do. */
  async screen(options: ScreenOptions = {}): Promise<Screen> {
    const { size = sizes.wide, language = 'en', context: more = {}, ownClock = false } = options;
    const context = await (await browser()).newContext({ viewport: size, storageState: this.#paired, ...more });
    if (ownClock) await context.clock.install();
    const screen = await Screen.open(context, this.gate.daemon.url);
    onTestFinished(async ({ task }) => {
      if (task.result?.state === 'fail') await screen.photograph(photographFor(task.name));
      await context.close();
      screen.behaved();
    });
    await screen.ready();
    await screen.speak(language);
    return screen;
  }

  /**
   * Stops the service and starts it with another configuration over the same store; the screen stays paired.
   *
   * @param confirm that the clock, which is another one now, is right.
   */
  async changed(changes: Partial<Config>, { confirm = false } = {}): Promise<void> {
    await this.#gate.daemon.stop();
    this.#gate.site.write(changes);
    this.#gate = await this.#gate.again();
    if (confirm) await this.#gate.operator.post('/v1/clock/confirmation', { now: new Date().toISOString() });
    await this.#gate.daemon.seeing();
  }

  close(): Promise<void> {
    return this.gate.close();
  }
}

/** The code of `menshen kiosk pair`, good for one screen. */
export async function pairingCode(gate: Gate): Promise<string> {
  const { stdout, stderr } = await gate.site.run(['kiosk', 'pair']);
  return pairingCodeIn(stdout + stderr);
}

async function pair(gate: Gate): Promise<Paired> {
  const context = await (await browser()).newContext();
  await pairScreen(context, gate.daemon.url, await pairingCode(gate));
  const state = await context.storageState();
  await context.close();
  return state;
}

/** Where a failed test leaves a picture of the page: geometry and texts, as the page shows no camera's picture. */
function photographFor(title: string): string {
  const folder = join(projectFolder, 'var', 'test-screens');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${title.replaceAll(/[^\p{L}\p{N}]+/gu, '-').slice(0, 100)}.png`);
}
