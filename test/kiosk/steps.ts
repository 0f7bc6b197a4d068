/** Ways through the page that several tests take. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Opened } from './page.js';

/** From the bar to the field for a card. */
export async function openProof({ button, heading }: Opened, from: string): Promise<void> {
  await button(from).click();
  await heading('prove.title').waitFor();
  await button('prove.card').click();
  await heading('prove.card').waitFor();
}

export async function proveByCard(opened: Opened, from: string): Promise<void> {
  await openProof(opened, from);
  await opened.page.keyboard.type('10001');
  await opened.page.keyboard.press('Enter');
  await opened.page.keyboard.press('Enter');
  await opened.heading('overview.title').waitFor();
}

/** Somebody with an operator's code, who has read the whole notice. */
export async function reachConsent(opened: Opened): Promise<void> {
  const { page, button, heading, text } = opened;
  await button('bar.consent').click();
  await button('prove.code').click();
  await page.getByLabel(text('prove.code-label'), { exact: true }).fill('778899');
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: text('notice.text-label') }).waitFor();
  await readOn(opened);
  await button('action.continue').click();
  await heading('consent.title').waitFor();
}

/** Page by page to the end of the notice. */
export async function readOn({ button }: Opened): Promise<void> {
  for (let step = 0; step < 30 && !(await button('notice.seen').isVisible()); step += 1) {
    if (await button('notice.more').isVisible())
      await button('notice.more')
        .click({ timeout: 1_000 })
        .catch(() => undefined);
    await sleep(50);
  }
  await button('notice.seen').waitFor();
}
