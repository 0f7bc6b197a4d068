/** One real Chromium for each test file, started when the first page is opened. */
import type { Browser } from 'playwright-core';
import { afterAll } from 'vitest';
import { installedBrowser, noBrowser, openBrowser } from '../../scripts/browser.mjs';
import { footage, whyNoFootage } from '../support/files.js';

/** Why no test can run in a browser here; undefined when they can. */
export const whyNoBrowser =
  installedBrowser === undefined ? `skipped: ${noBrowser}` : footage === undefined ? whyNoFootage : undefined;

let running: Promise<Browser> | undefined;
afterAll(async () => (await running)?.close());

export function browser(): Promise<Browser> {
  running ??= openBrowser();
  return running;
}
