import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { openBrowser, pairingCodeIn, pairScreen } from '../browser.mjs';
import { DemoTerminal } from '../demo/terminal.mjs';
import { projectRoot } from '../setup/context.mjs';
import { sizeText } from '../setup/progress.mjs';
import { scenes } from './scenes.mjs';

const folderOf = (/** @type {string} */ page) => path.join(projectRoot, 'src', page, 'screenshots');
const colours = 64;

/**
 * One picture for each scene, made anew. The service is the demonstration's; what differs from run to run (times,
 * receipt numbers, where a face happens to be) is not in any scene, so that the same page gives the same pictures.
 *
 * @returns {Promise<string[]>} a line about each
 */
export async function takeScreenshots() {
  const terminal = new DemoTerminal('screenshots', (config) => {
    config.screen = { doorId: 'main', defaultLanguage: 'zh' };
  });
  const browser = await openBrowser();
  try {
    const operatorKey = await prepare(terminal);
    const paired = await pairedState(browser, terminal);
    for (const page of ['kiosk', 'console']) {
      rmSync(folderOf(page), { recursive: true, force: true });
      mkdirSync(folderOf(page), { recursive: true });
    }
    const lines = [];
    for (const scene of scenes) {
      const bytes = await smallPicture(await pictureOf({ browser, paired, url: terminal.url, operatorKey }, scene));
      const file = path.join(folderOf(scene.of ?? 'kiosk'), `${scene.name}.png`);
      writeFileSync(file, bytes);
      lines.push(`${path.relative(projectRoot, file)}: ${sizeText(bytes.length)}`);
    }
    return lines;
  } finally {
    await browser.close();
    await terminal.stop();
  }
}

/** @param {DemoTerminal} terminal @returns {Promise<string>} an operator's key */
async function prepare(terminal) {
  const { recordAssessment, faceModeOn, makeKey } = await import('../demo/acts.mjs');
  const { Caller } = await import('../demo/caller.mjs');
  await terminal.menshen(['init']);
  await recordAssessment(terminal);
  const key = await makeKey(terminal, 'panel');
  const operatorKey = await makeKey(terminal, 'operator');
  await terminal.serve();
  await faceModeOn(new Caller(terminal.url, key));
  return operatorKey;
}

/** @param {import('playwright-core').Browser} browser @param {DemoTerminal} terminal */
async function pairedState(browser, terminal) {
  const context = await browser.newContext();
  const { output } = await terminal.menshen(['kiosk', 'pair']);
  await pairScreen(context, terminal.url, pairingCodeIn(output));
  const state = await context.storageState();
  await context.close();
  return state;
}

/**
 * @typedef {object} Place
 * @property {import('playwright-core').Browser} browser
 * @property {Awaited<ReturnType<typeof pairedState>>} paired
 * @property {string} url
 * @property {string} operatorKey
 */

/**
 * @param {Place} place
 * @param {import('./scenes.mjs').Scene} scene
 */
async function pictureOf({ browser, paired, url, operatorKey }, { viewport, language, of = 'kiosk', steps }) {
  const context = await browser.newContext({ viewport, storageState: paired, reducedMotion: 'reduce' });
  try {
    const page = await context.newPage();
    await page.goto(`${url}/${of}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    if (language === 'en') await page.getByRole('button', { name: 'English', exact: true }).click();
    await steps?.(page, operatorKey);
    await page.evaluate(() => document.fonts.ready);
    await page.evaluate(() => /** @type {HTMLElement | null} */ (document.activeElement)?.blur());
    return await page.screenshot({ animations: 'disabled', caret: 'hide' });
  } finally {
    await context.close();
  }
}

/** A palette is enough for a page of few colours. @param {Buffer} picture */
function smallPicture(picture) {
  return sharp(picture).png({ palette: true, colours, compressionLevel: 9, effort: 10, dither: 0 }).toBuffer();
}
