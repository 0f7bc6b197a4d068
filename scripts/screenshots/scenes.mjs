import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../setup/context.mjs';

/**
 * @typedef {object} Scene
 * @property {string} name of the picture's file
 * @property {{ width: number, height: number }} viewport
 * @property {'zh' | 'en'} language
 * @property {'kiosk' | 'console'} [of] the page: the gate's screen, or the operator's
 * @property {(page: import('playwright-core').Page, operatorKey: string) => Promise<unknown>} [steps] from the first screen on
 */

const wide = { width: 1280, height: 800 };
const small = { width: 800, height: 480 };
const upright = { width: 800, height: 1280 };

/** @param {string} file @returns {Record<string, string>} */
const textsIn = (file) =>
  JSON.parse(readFileSync(path.join(projectRoot, 'config', 'languages', 'en', `${file}.json`), 'utf8'));
const english = textsIn('kiosk');
const desk = textsIn('console');
const assessment = textsIn('assessment');
const text = (/** @type {string} */ key) => english[key] ?? key;

/** @param {import('playwright-core').Page} page @param {string} key of a text */
const press = (page, key) => page.getByRole('button', { name: text(key), exact: true }).click();
/** @param {import('playwright-core').Page} page @param {string} key of a text */
const shows = (page, key) => page.getByRole('heading', { name: text(key), exact: true }).waitFor();
/** @param {import('playwright-core').Page} page @param {string} way */
const choose = (page, way) =>
  page
    .getByRole('main')
    .getByRole('button', { name: text(`method.${way}.name`) })
    .first()
    .click();

/** @type {readonly Scene[]} */
export const scenes = [
  { name: 'ready-zh', viewport: wide, language: 'zh' },
  { name: 'ready-en', viewport: wide, language: 'en' },
  { name: 'ready-small', viewport: small, language: 'zh' },
  { name: 'ready-upright', viewport: upright, language: 'zh' },
  {
    name: 'face-prompt',
    viewport: wide,
    language: 'en',
    steps: async (page) => {
      await choose(page, 'face');
      await shows(page, 'face.title');
    },
  },
  {
    name: 'pin',
    viewport: small,
    language: 'en',
    steps: async (page) => {
      await choose(page, 'pin');
      await shows(page, 'pin.title');
    },
  },
  {
    name: 'complaint',
    viewport: wide,
    language: 'en',
    steps: async (page) => {
      await press(page, 'bar.complaint');
      await shows(page, 'complaint.title');
    },
  },
  {
    name: 'denied',
    viewport: wide,
    language: 'en',
    steps: async (page) => {
      await choose(page, 'card');
      await page.getByLabel(text('card.number'), { exact: true }).fill('04DEADBEEF');
      await press(page, 'action.ok');
      await shows(page, 'result.deny');
    },
  },
  {
    name: 'assessment',
    of: 'console',
    viewport: wide,
    language: 'en',
    steps: async (page, operatorKey) => {
      await page.getByLabel(desk['sign-in.key'] ?? '', { exact: true }).fill(operatorKey);
      await page.getByRole('button', { name: desk['sign-in.submit'] ?? '', exact: true }).click();
      await page.getByRole('button', { name: desk['list.begin'] ?? '', exact: true }).click();
      await page.getByRole('button', { name: assessment['section.ethics'] ?? '' }).click();
      await page.getByRole('heading', { level: 1, name: assessment['section.ethics'] ?? '', exact: true }).waitFor();
      // The key's id is another one each time.
      await page.locator('.caller p').evaluate((element) => {
        element.style.visibility = 'hidden';
      });
    },
  },
];
