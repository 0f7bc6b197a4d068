import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { decided, zone } from './answers.js';
import { openPage, whyNoBrowser } from './page.js';
import { openProof, proveByCard, reachConsent } from './steps.js';

const inChromium = describe.skipIf(whyNoBrowser !== undefined);

inChromium(`a verification on the page (in Chromium) ${whyNoBrowser ?? ''}`, () => {
  it('appears by itself when a panel began it, and goes when it is gone', async () => {
    const { service, heading } = await openPage();
    service.showVerification({});
    await heading('panel.title').waitFor();
    service.send('verification', null);
    await heading('ready.title').waitFor();
  });

  it('takes a card while it waits, without a field to type into', async () => {
    const { service, heading, showCard } = await openPage();
    service.showVerification({});
    await heading('panel.title').waitFor();
    await showCard('10001');
    await heading('result.grant').waitFor();
    expect(service.askedFor('POST', '/card').map(({ body }) => body)).toEqual([{ cardNumber: '10001' }]);
  });

  it('takes a card whole when the screen is drawn anew while the reader types', async () => {
    const { service, page, heading, letTimeStand } = await openPage({ ownClock: true });
    service.showVerification({});
    await heading('panel.title').waitFor();
    await letTimeStand();
    for (const key of '100') await page.keyboard.press(key);
    service.showVerification({ needs: ['card'] });
    await heading('more.title').waitFor();
    await page.clock.runFor(300);
    for (const key of ['0', '1', 'Enter']) await page.keyboard.press(key);
    await heading('result.grant').waitFor();
    expect(service.askedFor('POST', '/card').map(({ body }) => body)).toEqual([{ cardNumber: '10001' }]);
  });

  it('takes a number typed by hand whole: the field that comes for it has the focus before the next key', async () => {
    const { service, page, heading, text, letTimeStand } = await openPage({ ownClock: true });
    service.showVerification({});
    await heading('panel.title').waitFor();
    await letTimeStand();
    for (const key of '100') await page.keyboard.press(key);
    await page.clock.runFor(400);
    for (const key of '01') await page.keyboard.press(key);
    expect(await page.getByLabel(text('card.number')).inputValue()).toBe('10001');
    await page.keyboard.press('Enter');
    await heading('result.grant').waitFor();
    expect(service.askedFor('POST', '/card').map(({ body }) => body)).toEqual([{ cardNumber: '10001' }]);
  });

  it('asks for the PIN after a card that needs one', async () => {
    const { service, page, heading, text, showCard } = await openPage({
      prepare: (fake) => {
        fake.verification = () => ({ cardAccepted: true, methods: ['card+pin'] });
      },
    });
    await showCard('10001');
    await heading('pin.after-card').waitFor();
    await page.getByLabel(text('pin.pin')).fill('135790');
    await page.keyboard.press('Enter');
    await heading('result.grant').waitFor();
    expect(service.askedFor('POST', '/pin').map(({ body }) => body)).toEqual([{ pin: '135790' }]);
  });

  it('says which factor the door asks for besides, and takes it', async () => {
    const { service, page, heading, showCard } = await openPage();
    service.showVerification({ methods: ['card'], needs: ['card'] });
    await heading('more.title').waitFor();
    expect(await page.locator('p.lead').textContent()).toBe('Accepted. This door also asks for your card.');
    await showCard('10001');
    await heading('result.grant').waitFor();
  });

  it('leaves the PIN open to who showed a card and does not want to be looked at', async () => {
    const { service, page, heading, text } = await openPage();
    service.showVerification({
      ...{ cardAccepted: true, methods: ['face', 'card+pin'], needs: ['pin', 'face'], face: 'in-progress' },
      guide: { zone, progress: 0 },
    });
    await heading('face.looking').waitFor();
    await page.getByRole('button', { name: text('method.pin.use') }).click();
    await heading('pin.after-card').waitFor();
  });

  it('never looks at a face before the prompt was shown and the person pressed start', async () => {
    const { service, page, heading, button } = await openPage();
    await page.getByRole('button', { name: 'Face' }).click();
    await heading('face.title').waitFor();
    expect(service.askedFor('POST', '/verifications')).toEqual([]);
    await button('face.start').click();
    await heading('face.looking').waitFor();
    expect(service.askedFor('POST', '/verifications').map(({ body }) => body)).toEqual([
      { method: 'face', act: 'touch', prompt: { language: 'en', spoken: false } },
    ]);
  });

  it('guides with outlines alone: no picture, no video, no canvas', async () => {
    const { service, page } = await openPage();
    service.showVerification({
      face: 'in-progress',
      guide: { code: 'come-closer', zone, progress: 0.5, box: { x: 0.4, y: 0.3, width: 0.1, height: 0.2 } },
    });
    await page.locator('svg.guide ellipse.guide-head').waitFor();
    expect(await page.locator('img, video, canvas, picture, object, iframe').count()).toBe(0);
    expect(await page.locator('svg.guide image').count()).toBe(0);
  });

  it('keeps card and PIN open in the same verification when the face is not taken', async () => {
    const { service, page, button, heading, text } = await openPage({
      prepare: (fake) => {
        fake.verification = () => ({ methods: ['card', 'pin'], face: 'face-not-available' });
      },
    });
    await page.getByRole('button', { name: 'Face' }).click();
    await button('face.start').click();
    await page.getByText(text('reason.face-not-available')).waitFor();
    await button('method.pin.use').click();
    await page.getByLabel(text('pin.person-number')).fill('2042');
    await page.getByLabel(text('pin.pin')).fill('135790');
    await page.keyboard.press('Enter');
    await heading('result.grant').waitFor();
    expect(service.askedFor('POST', '/verifications')).toHaveLength(1);
  });

  it('stays on the result until it was read, though the service has forgotten it', async () => {
    const { service, page, heading, button } = await openPage({ ownClock: true });
    service.showVerification(decided('deny', 'card', 'credential-rejected'));
    await heading('result.deny').waitFor();
    service.send('verification', null);
    await button('result.hold').click();
    await page.clock.runFor(60_000);
    expect(await heading('result.deny').isVisible()).toBe(true);
    await page.clock.runFor(70_000);
    await heading('ready.title').waitFor();
  });

  it('does not bring back a verification that the person left', async () => {
    const { service, heading, button } = await openPage();
    service.showVerification({});
    await heading('panel.title').waitFor();
    await button('action.back').click();
    await heading('ready.title').waitFor();
    await sleep(200);
    expect(await heading('ready.title').isVisible()).toBe(true);
    expect(service.asked.some(({ method }) => method === 'DELETE')).toBe(true);
  });
});

inChromium('a keypad of digits, arrows, Enter and Escape', () => {
  it('leads from the number to the PIN, sends both, and goes back', async () => {
    const { page, service, heading } = await openPage();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await heading('pin.title').waitFor();
    await page.keyboard.type('2042');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.type('135790');
    await page.keyboard.press('Enter');
    await heading('result.grant').waitFor();
    expect(service.askedFor('POST', '/verifications')[0]?.body).toMatchObject({
      method: 'pin',
      act: 'button',
      claim: { personNumber: '2042', pin: '135790' },
    });
    await page.keyboard.press('Escape');
    await heading('ready.title').waitFor();
  });

  it('ticks a box with Enter', async () => {
    const opened = await openPage();
    await reachConsent(opened);
    await opened.page.getByRole('checkbox').first().focus();
    await opened.page.keyboard.press('Enter');
    expect(await opened.page.getByRole('checkbox').first().isChecked()).toBe(true);
  });
});

inChromium('the page at any time', () => {
  it('says so when the service is gone, and goes on when it is back', async () => {
    const { service, page, text } = await openPage();
    service.away = true;
    service.dropStreams();
    await page.getByText(text('app.offline')).waitFor();
    service.away = false;
    await page.getByText(text('app.offline')).waitFor({ state: 'detached' });
    service.changeSite({ siteName: 'Another name' });
    await page.getByText('Another name').waitFor();
  });

  it('calls staff while something else is still being looked into', async () => {
    const opened = await openPage();
    const release = opened.service.hold('POST /visits');
    await openProof(opened, 'bar.data');
    await opened.showCard('10001');
    await opened.page.keyboard.press('Enter');
    await opened.service.wasAsked('POST /visits');
    await opened.button('bar.staff').click();
    await opened.heading('staff.title').waitFor();
    release();
  });

  it('does what was touched once, however often it was touched', async () => {
    const { service, page, button } = await openPage();
    const release = service.hold('POST /complaints');
    await button('bar.complaint').click();
    await button('complaint.topic-data').click();
    for (let tap = 0; tap < 4; tap += 1) await button('complaint.send').click();
    release();
    await page.getByText('C-4821').waitFor();
    expect(service.askedFor('POST', '/complaints')).toHaveLength(1);
  });

  it('says by name which ways do not work, and offers those that do', async () => {
    const { page, button, text } = await openPage({
      prepare: (fake) => {
        fake.site = {
          ...fake.site,
          methods: [
            { method: 'card', works: true },
            { method: 'pin', works: true },
            { method: 'face', works: false, reason: 'a-reason-of-next-year' },
          ],
        };
      },
    });
    await page.getByRole('button', { name: 'Face' }).click();
    await page.getByText(text('face-mode.other')).first().waitFor();
    expect(await button('method.card.use').isVisible()).toBe(true);
    expect(await button('method.face.use').count()).toBe(0);
  });

  it('loads anew after an update of the service, when nobody is there', async () => {
    const { service, page } = await openPage({ ownClock: true });
    service.changeSite({ version: '9.9.9', siteName: 'Updated' });
    await page.getByText('Updated').waitFor();
    const loaded = page.waitForEvent('load');
    await page.clock.runFor(125_000);
    await loaded;
  });

  it('forgets language, text size and silence of whoever left', async () => {
    const { page, button } = await openPage({ ownClock: true });
    await button('bar.large-text').click();
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('heading', { name: '请选择通行方式' }).waitFor();
    await page.clock.runFor(125_000);
    await page.getByRole('heading', { name: 'How would you like to come in?' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.className)).toBe('');
  });

  it('lists the languages when there are more than two', async () => {
    const { service, page, button, heading } = await openPage();
    service.changeSite({
      languages: [...service.site.languages, { tag: 'fr', name: 'Français' }],
    });
    await button('bar.language').click();
    await heading('bar.language').waitFor();
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('heading', { name: '请选择通行方式' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
  });

  it('breaks no rule of its policy and throws nothing on the way through its screens', async () => {
    const opened = await openPage();
    await proveByCard(opened, 'bar.data');
    await opened.button('act.see-data').click();
    await opened.heading('data.title').waitFor();
    await opened.button('bar.complaint').click();
    await opened.button('bar.large-text').click();
    await opened.button('bar.notice').click();
    await opened.page.getByRole('region', { name: opened.text('notice.text-label') }).waitFor();
    expect(opened.faults).toEqual([]);
  });
});
