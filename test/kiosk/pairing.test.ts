import { describe, expect, it } from 'vitest';
import { openPage, whyNoBrowser } from './page.js';

const inChromium = describe.skipIf(whyNoBrowser !== undefined);

inChromium(`pairing (in Chromium) ${whyNoBrowser ?? ''}`, () => {
  it('takes the code of the printed address once, and leaves it in no history', async () => {
    const { page, heading, service } = await openPage({
      prepare: (fake) => {
        fake.paired = false;
      },
      hash: '#pair=24682468',
    });
    await heading('ready.title').waitFor();
    expect(service.askedFor('POST', '/pairing').map(({ body }) => body)).toEqual([{ code: '24682468' }]);
    expect(page.url()).not.toContain('24682468');
  });

  it('says so when the code of the printed address was used before, and asks for another', async () => {
    const { page, heading, text } = await openPage({
      prepare: (fake) => {
        fake.paired = false;
      },
      hash: '#pair=11111',
    });
    await heading('pairing.title').waitFor();
    await page.getByText(text('error.pairing-refused')).waitFor();
    expect(page.url()).not.toContain('11111');
  });

  it('says what is wrong with a code, and takes the right one', async () => {
    const { page, heading, text } = await openPage({
      prepare: (fake) => {
        fake.paired = false;
      },
    });
    await page.getByLabel(text('pairing.code')).fill('11111');
    await page.keyboard.press('Enter');
    await page.getByText(text('error.pairing-refused')).waitFor();
    await page.getByLabel(text('pairing.code')).fill('24682468');
    await page.keyboard.press('Enter');
    await heading('ready.title').waitFor();
  });

  it('shows nothing of the site to a screen whose pairing was taken away', async () => {
    const { service, button, heading, page } = await openPage();
    service.paired = false;
    await button('bar.staff').click();
    await heading('pairing.title').waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
  });
});
