import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { decided, problem, progress, zone } from './fake-service.js';
import { type Opened, openPage, whyNoBrowser } from './page.js';

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

inChromium('a verification on the page', () => {
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

inChromium('a visit on the page', () => {
  it('asks before its time is up, and begins anew for whoever wants more', async () => {
    const { service, page, heading, button } = await openPage({ ownClock: true });
    await proveByCard({ service, page, button, heading } as Opened, 'bar.data');
    await page.clock.runFor(95_000);
    await heading('time.title').waitFor();
    await button('time.more').click();
    await heading('time.title').waitFor({ state: 'detached' });
    expect(service.askedFor('POST', '/extension')).toHaveLength(1);
    expect(await heading('overview.title').isVisible()).toBe(true);
  });

  it('keeps what somebody ticked while a panel’s verification comes and goes', async () => {
    const opened = await openPage();
    await reachConsent(opened);
    await opened.page.getByRole('checkbox').first().check();
    opened.service.showVerification({});
    await opened.heading('panel.title').waitFor();
    expect(await opened.heading('consent.title').isVisible()).toBe(false);
    opened.service.send('verification', null);
    await opened.heading('consent.title').waitFor();
    expect(await opened.page.getByRole('checkbox').first().isChecked()).toBe(true);
  });

  it('is over, and shows nothing any more, when nobody answers', async () => {
    const opened = await openPage({ ownClock: true });
    await proveByCard(opened, 'bar.data');
    await opened.page.clock.runFor(125_000);
    await opened.heading('ready.title').waitFor();
    await expect.poll(() => opened.service.askedFor('DELETE', '/visits/visit-1').length).toBe(1);
  });

  it('is not given to the next person when the answer comes after its owner left', async () => {
    const opened = await openPage();
    const { service, page, heading, button } = opened;
    const release = service.hold('POST /visits');
    await openProof(opened, 'bar.data');
    await opened.showCard('10001');
    await page.keyboard.press('Enter');
    await service.wasAsked('POST /visits');
    await button('action.back').click();
    await button('action.back').click();
    await heading('ready.title').waitFor();
    release();
    await expect.poll(() => service.askedFor('DELETE', '/visits/visit-1').length).toBe(1);
    expect(await heading('ready.title').isVisible()).toBe(true);
  });

  it('goes to the start when the service ended it', async () => {
    const opened = await openPage();
    await proveByCard(opened, 'bar.data');
    opened.service.answers.set('GET /visits/visit-1/data', problem(404, 'visit-ended'));
    await opened.button('act.see-data').click();
    await opened.heading('ready.title').waitFor();
    await opened.page.getByText(opened.text('error.visit-ended')).waitFor();
  });

  it('reports the notice as shown only when every part of it stood on the screen', async () => {
    const opened = await openPage();
    const { service, page, button, text } = opened;
    await button('bar.notice').click();
    const region = page.getByRole('region', { name: text('notice.text-label') });
    await region.waitFor();
    await region.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await sleep(300);
    expect(service.askedFor('POST', '/notice/displayed')).toEqual([]);
    await region.evaluate((element) => element.scrollTo(0, 0));
    await readOn(opened);
    await expect
      .poll(() => service.askedFor('POST', '/notice/displayed').map(({ body }) => body))
      .toEqual([{ hash: 'a'.repeat(64), language: 'en' }]);
  });

  it('ticks nothing beforehand, sends no consent without all three ticks, and takes "no" at once', async () => {
    const opened = await openPage();
    const { service, page, heading, button } = opened;
    await reachConsent(opened);
    for (const box of await page.getByRole('checkbox').all()) expect(await box.isChecked()).toBe(false);
    await button('consent.give').click();
    expect(service.askedFor('POST', '/consent')).toEqual([]);
    await button('consent.refuse').click();
    await heading('refused.title').waitFor();
    expect(service.askedFor('POST', '/consent')).toEqual([]);
  });

  it('leads from consent to an enrolment that the person starts, and to a way in besides the face', async () => {
    const opened = await openPage({
      prepare: (fake) => {
        fake.person = { ...fake.person, hasPin: false, cards: 0 };
      },
    });
    const { service, page, heading, button } = opened;
    await reachConsent(opened);
    for (const box of await page.getByRole('checkbox').all()) await box.check();
    await page.getByRole('button', { name: '90 days' }).click();
    await button('consent.give').click();
    await heading('enrol.title').waitFor();
    expect(service.askedFor('POST', '/enrolment')).toEqual([]);
    await button('enrol.start').click();
    await heading('face.looking').waitFor();
    service.send('enrolment', progress({ frames: 3 }));
    await page.getByText('3 of 5').waitFor();
    service.send('enrolment', progress({ state: 'done', frames: 5 }));
    await heading('second.title').waitFor();
  });

  it('asks a guardian for a date that exists', async () => {
    const opened = await openPage({
      prepare: (fake) => {
        fake.person = { ...fake.person, ageBand: 'minor', guardianNeeded: true };
      },
    });
    const { service, page, button, text } = opened;
    await reachConsent(opened);
    for (const box of await page.getByRole('checkbox').all()) await box.check();
    await page.getByRole('button', { name: '30 days' }).click();
    await page.getByLabel(text('consent.guardian-name')).fill('Wang Fang');
    await button('consent.mother').click();
    await page.getByLabel(text('consent.birthday-14')).fill('20310231');
    await button('consent.give').click();
    await page.getByText(text('consent.missing-guardian')).waitFor();
    expect(service.askedFor('POST', '/consent')).toEqual([]);
    await page.getByLabel(text('consent.birthday-14')).fill('20310228');
    await button('consent.give').click();
    await expect.poll(() => service.askedFor('POST', '/consent').length).toBe(1);
    expect(service.askedFor('POST', '/consent')[0]?.body).toMatchObject({
      guardian: { name: 'Wang Fang', relationship: 'Mother', reviewDate: '2031-02-28' },
    });
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

/** From the bar to the field for a card. */
async function openProof({ button, heading }: Opened, from: string): Promise<void> {
  await button(from).click();
  await heading('prove.title').waitFor();
  await button('prove.card').click();
  await heading('prove.card').waitFor();
}

async function proveByCard(opened: Opened, from: string): Promise<void> {
  await openProof(opened, from);
  await opened.page.keyboard.type('10001');
  await opened.page.keyboard.press('Enter');
  await opened.page.keyboard.press('Enter');
  await opened.heading('overview.title').waitFor();
}

/** Somebody with an operator's code, who has read the whole notice. */
async function reachConsent(opened: Opened): Promise<void> {
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
async function readOn({ button }: Opened): Promise<void> {
  for (let step = 0; step < 30 && !(await button('notice.seen').isVisible()); step += 1) {
    if (await button('notice.more').isVisible())
      await button('notice.more')
        .click({ timeout: 1_000 })
        .catch(() => undefined);
    await sleep(50);
  }
  await button('notice.seen').waitFor();
}
