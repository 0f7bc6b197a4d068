import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../setup/context.mjs';

/**
 * @typedef {object} Scene
 * @property {string} name of the picture's file
 * @property {{ width: number, height: number }} viewport
 * @property {'zh' | 'en'} language
 * @property {(page: import('playwright-core').Page) => Promise<unknown>} [steps] from the first screen on
 */

const wide = { width: 1280, height: 800 };
const small = { width: 800, height: 480 };
const upright = { width: 800, height: 1280 };

/** @type {Record<string, string>} */
const english = JSON.parse(readFileSync(path.join(projectRoot, 'config', 'languages', 'en', 'kiosk.json'), 'utf8'));
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
];
