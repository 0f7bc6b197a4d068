import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { problem, progress } from './answers.js';
import { type Opened, openPage, whyNoBrowser } from './page.js';
import { openProof, proveByCard, reachConsent, readOn } from './steps.js';

const inChromium = describe.skipIf(whyNoBrowser !== undefined);

inChromium(`a visit on the page (in Chromium) ${whyNoBrowser ?? ''}`, () => {
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

  it('tells again that the notice was shown when the service did not hear it', async () => {
    const opened = await openPage({ ownClock: true });
    opened.service.answers.set('POST /notice/displayed', problem(503, 'service-unreachable'));
    await opened.button('bar.notice').click();
    await readOn(opened);
    await opened.service.wasAsked('POST /notice/displayed');
    opened.service.answers.delete('POST /notice/displayed');
    await opened.page.clock.runFor(6_000);
    await expect.poll(() => opened.service.askedFor('POST', '/notice/displayed').length).toBe(2);
  });

  it('draws the code by which a phone takes the data, where phones can reach the terminal', async () => {
    const opened = await openPage({
      prepare: (fake) => {
        fake.site = { ...fake.site, ownDataLink: true };
      },
    });
    const { page, button, service, text } = opened;
    await proveByCard(opened, 'bar.data');
    await button('act.see-data').click();
    await button('data.to-phone').click();
    await page.getByRole('img', { name: text('data.code-label') }).waitFor();
    expect(service.askedFor('POST', '/data/link').map(({ body }) => body)).toEqual([{ language: 'en' }]);
    expect(await page.locator('svg.code path').getAttribute('d')).toBe('M1 1h1v1h-1zM2 1h1v1h-1zM1 2h1v1h-1z');
  });
});
