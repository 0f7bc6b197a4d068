import { chromium } from 'playwright-core';
import { chromiumHere } from './setup/chromium.mjs';
import { machineProbe, projectRoot } from './setup/context.mjs';

/** What set-up found or fetched for tests, bench and screenshots; undefined where there is none. */
export const installedBrowser = await chromiumHere({ root: projectRoot, env: process.env, probe: machineProbe() });

export const noBrowser = 'no Chromium here: `npm run setup -- --tests` fetches one where the system has none';

/**
 * Starts Chromium without a window. It lives until it is closed.
 *
 * @returns {Promise<import('playwright-core').Browser>}
 * @throws where none is installed
 */
export async function openBrowser() {
  if (installedBrowser === undefined) throw new Error(noBrowser);
  const { program, env } = installedBrowser;
  return chromium.launch({
    executablePath: program,
    env: /** @type {Record<string, string>} */ ({ ...process.env, ...env }),
  });
}

/**
 * Makes a browser context this service's screen.
 *
 * @param {import('playwright-core').BrowserContext} context
 * @param {string} url of the service
 * @param {string} code what `menshen kiosk pair` printed
 */
export async function pairScreen(context, url, code) {
  const answer = await context.request.post(`${url}/kiosk/api/pairing`, {
    data: { code },
    headers: { 'x-menshen-screen': '1', origin: url },
  });
  if (answer.status() !== 204) throw new Error(`pairing: ${answer.status()} ${await answer.text()}`);
}

/** @param {string} output of `menshen kiosk pair` */
export function pairingCodeIn(output) {
  const code = /\b[0-9A-Z]{5}-[0-9A-Z]{5}\b/.exec(output)?.[0];
  if (code === undefined) throw new Error(`menshen kiosk pair gave no code: ${output}`);
  return code;
}
