import { spawn } from 'node:child_process';
import path from 'node:path';
import { installedBrowser, noBrowser, openBrowser, pairingCodeIn, pairScreen } from '../browser.mjs';
import { projectRoot } from '../setup/context.mjs';
import { Daemon } from './daemon.mjs';
import { skippedRow } from './measure.mjs';
import { siteOf } from './people.mjs';
import { targetRow } from './targets.mjs';

const people = 50;
const rounds = 9;
/** Stands for a gate's processor, which is several times slower than a desktop's. */
const slowdown = 6;
const readyWithinMs = 1_000;
const scriptKilobytes = 150;

/**
 * From asking for the page until its three ways in are drawn and can be pressed, in a browser without anything kept, whose
 * processor is slowed down; the service beside it is not. Then the script's size as the browser unpacks it, and what went over the wire.
 *
 * @returns {Promise<import('./measure.mjs').Row[]>}
 */
export async function screenRows() {
  const label = `screen: ready, processor ${slowdown} x slower`;
  if (installedBrowser === undefined) return [skippedRow(label, noBrowser)];
  const daemon = new Daemon(await siteOf(people), (config) => {
    config.screen = { doorId: 'main', defaultLanguage: 'zh' };
  });
  const browser = await openBrowser();
  try {
    await daemon.healthy();
    const paired = await pairedState(browser, daemon);
    const loads = /** @type {Awaited<ReturnType<typeof oneLoad>>[]} */ ([]);
    for (let round = -1; round < rounds; round += 1) {
      const load = await oneLoad(browser, paired, daemon.url);
      if (round >= 0) loads.push(load);
    }
    const work = [];
    for (let round = 0; round < rounds; round += 1) work.push(await oneLoadsWork(browser, paired, daemon.url));
    const of = (/** @type {keyof typeof loads[number]} */ key) => loads.map((load) => load[key]);
    return [
      targetRow(label, of('readyMs'), { unit: 'ms', atMost: readyWithinMs, judge: 'min' }),
      targetRow('screen: of that, until they can be pressed', of('pressableMs'), { unit: 'ms' }),
      targetRow('screen: processor time of the page until then, not slowed down', work, { unit: 'ms' }),
      targetRow('screen: script, unpacked', of('scriptKilobytes'), { unit: 'kB', atMost: scriptKilobytes }),
      targetRow('screen: everything that is loaded', of('wireKilobytes'), { unit: 'kB' }),
    ];
  } finally {
    await browser.close();
    await daemon.stop();
  }
}

/** @param {import('playwright-core').Browser} browser @param {Daemon} daemon */
async function pairedState(browser, daemon) {
  const context = await browser.newContext();
  await pairScreen(context, daemon.url, pairingCodeIn(await menshen(daemon, ['kiosk', 'pair'])));
  const state = await context.storageState();
  await context.close();
  return state;
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {Awaited<ReturnType<typeof pairedState>>} paired
 * @param {string} url
 */
async function oneLoad(browser, paired, url) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, storageState: paired });
  try {
    const page = await context.newPage();
    const debuggerOf = await context.newCDPSession(page);
    await debuggerOf.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    await page.goto(`${url}/kiosk`, { waitUntil: 'commit' });
    const ready = await page.waitForFunction(threeWaysIn, undefined, { polling: 'raf' });
    const pressableMs = /** @type {number} */ (await ready.jsonValue());
    await page.waitForLoadState('load');
    const { paintedMs, ...sizes } = await page.evaluate(measured);
    return { readyMs: Math.max(pressableMs, paintedMs), pressableMs, ...sizes };
  } finally {
    await context.close();
  }
}

/**
 * What the page's thread computed until it was ready, in milliseconds: other work on the machine does not lengthen it.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {Awaited<ReturnType<typeof pairedState>>} paired
 * @param {string} url
 */
async function oneLoadsWork(browser, paired, url) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, storageState: paired });
  try {
    const page = await context.newPage();
    const debuggerOf = await context.newCDPSession(page);
    await debuggerOf.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(`${url}/kiosk`, { waitUntil: 'commit' });
    await page.waitForFunction(threeWaysIn, undefined, { polling: 'raf' });
    const { metrics } = await debuggerOf.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
  } finally {
    await context.close();
  }
}

/** Runs in the page: milliseconds since it was asked for, as soon as card, PIN and face can be pressed. */
function threeWaysIn() {
  return document.querySelectorAll('main button').length >= 3 ? performance.now() : false;
}

/** Runs in the page. */
async function measured() {
  await document.fonts.ready;
  const painted = await new Promise((resolve) =>
    new PerformanceObserver((list) => {
      const first = list.getEntriesByName('first-contentful-paint')[0];
      if (first !== undefined) resolve(first.startTime);
    }).observe({ type: 'paint', buffered: true }),
  );
  const resources = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType('resource'));
  const page = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType('navigation'));
  const kilobytes = (/** @type {number[]} */ sizes) => sizes.reduce((sum, size) => sum + size, 0) / 1000;
  const scripts = resources.filter(({ initiatorType, name }) => initiatorType === 'script' || name.endsWith('.js'));
  return {
    paintedMs: /** @type {number} */ (painted),
    scriptKilobytes: kilobytes(scripts.map(({ decodedBodySize }) => decodedBodySize)),
    wireKilobytes: kilobytes([...page, ...resources].map(({ transferSize }) => transferSize)),
  };
}

/** @param {Daemon} daemon @param {string[]} words @returns {Promise<string>} */
function menshen(daemon, words) {
  const configPath = path.join(daemon.site.folder, 'menshen.yaml');
  const main = path.join(projectRoot, 'dist', 'main.js');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, '-c', configPath, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', () => resolve(output));
  });
}
