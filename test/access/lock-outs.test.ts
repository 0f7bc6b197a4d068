/** Lock-outs that keep guessers out and nobody else. */
import { describe, expect, it } from 'vitest';
import { addPerson, dayMs, openSite, type Site } from '../support/site.js';

const pin = '271828';
const wrong = '314159';

async function siteOfOne(): Promise<Site> {
  const site = openSite();
  const { id } = site.store.subjects.add({ personNumber: 'N1' }, 'adult', { nowMs: 1, expiresAtMs: 3e12 });
  site.store.credentials.addCard(id, '04A1', 1);
  await site.pins.set(id, pin, 6);
  site.hasher.calls = 0;
  return site;
}

interface Place {
  readonly doorId?: string;
  readonly callerId?: string;
}

const guess = async (site: Site, place: Place, tried = wrong): Promise<string> =>
  (await site.pins.check('N1', tried, place)).outcome;

/** Guesses as fast as the locks allow for a time. @returns how many guesses were really checked. */
async function besiege(site: Site, places: readonly Place[], lastsMs: number): Promise<number> {
  const untilMs = site.clock.wallMs() + lastsMs;
  let checked = 0;
  while (site.clock.wallMs() < untilMs) {
    for (const place of places) while ((await guess(site, place)) === 'rejected') checked += 1;
    site.clock.advance(30_000);
  }
  return checked;
}

describe('somebody who guesses a person’s PIN', () => {
  it('at one door does not keep the person from entering by PIN at another', async () => {
    const site = await siteOfOne();
    await besiege(site, [{ doorId: 'a' }], dayMs);
    expect([await guess(site, { doorId: 'a' }, pin), await guess(site, { doorId: 'b' }, pin)]).toEqual([
      'locked-out',
      'accepted',
    ]);
  });

  it('through a panel that lies about its door does not lock the door’s own panel', async () => {
    const site = await siteOfOne();
    await besiege(site, [{ doorId: 'b', callerId: 'rogue' }], dayMs);
    expect(await guess(site, { doorId: 'b', callerId: 'own' }, pin)).toBe('accepted');
  });

  it('does not keep the person from entering by card and PIN at the very same door', async () => {
    const site = await siteOfOne();
    await besiege(site, [{ doorId: 'a' }], dayMs);
    expect((await site.pins.checkWithCard('04A1', pin, { doorId: 'a' })).outcome).toBe('accepted');
  });

  it('gets 32 tries in the first day at a door', async () => {
    const site = await siteOfOne();
    expect(await besiege(site, [{ doorId: 'a' }], dayMs)).toBe(32);
  });

  it('at every door of a large site gets 100 tries a day, and three at each door where there are more doors', async () => {
    const [large, larger] = [await siteOfOne(), await siteOfOne()];
    const doors = Array.from({ length: 40 }, (_, n) => ({ doorId: `door-${n}` }));
    const checked = await besiege(large, doors.slice(0, 16), dayMs - 60_000);
    expect([checked, await besiege(larger, doors, dayMs / 24)]).toEqual([100, 120]);
  });

  it('who spent the day’s tries at ten doors leaves the person those at the eleventh', async () => {
    const site = await siteOfOne();
    const doors = Array.from({ length: 10 }, (_, n) => ({ doorId: `door-${n}` }));
    await besiege(site, doors, dayMs / 2);
    expect([await guess(site, { doorId: 'door-0' }, pin), await guess(site, { doorId: 'eleventh' }, pin)]).toEqual([
      'locked-out',
      'accepted',
    ]);
  });

  it('gets no more tries because the person came in meanwhile', async () => {
    const [alone, beside] = [await siteOfOne(), await siteOfOne()];
    const doors = Array.from({ length: 10 }, (_, n) => ({ doorId: `door-${n}` }));
    const first = await besiege(alone, doors, dayMs / 2);
    let second = 0;
    for (let n = 0; n < 12; n += 1) {
      second += await besiege(beside, doors, dayMs / 24);
      await guess(beside, { doorId: 'home' }, pin);
    }
    expect([first, second]).toEqual([100, 100]);
  });

  it('who sets the clock back and forth gets no more than the locks allow', async () => {
    const site = await siteOfOne();
    await besiege(site, [{ doorId: 'a' }], dayMs / 4);
    site.clock.jumpWall(-10 * dayMs);
    const back = await guess(site, { doorId: 'a' });
    expect([back, await guess(site, { doorId: 'b' }, pin)]).toEqual(['locked-out', 'accepted']);
  });
});

describe('the work for a PIN', () => {
  it.each<[string, (site: Site) => Promise<unknown>]>([
    ['of a known person', (site) => site.pins.check('N1', wrong)],
    ['of nobody', (site) => site.pins.check('N-none', wrong)],
    ['of a person without a PIN', (site) => site.pins.check(withoutPin(site), wrong)],
    ['of a known card', (site) => site.pins.checkWithCard('04A1', wrong)],
    ['of an unknown card', (site) => site.pins.checkWithCard('FFFF', wrong)],
    ['of a known person, the right one', (site) => site.pins.check('N1', pin)],
  ])('%s is one Argon2id run', async (_what, check) => {
    const site = await siteOfOne();
    await check(site);
    expect(site.hasher.calls).toBe(1);
  });

  it.each<[string, (site: Site) => Promise<{ outcome: string }>]>([
    ['of a known person', (site) => site.pins.check('N1', wrong, { doorId: 'a' })],
    ['of nobody', (site) => site.pins.check('N-none', wrong, { doorId: 'a' })],
    ['of a person without a PIN', (site) => site.pins.check(withoutPin(site), wrong, { doorId: 'a' })],
    ['of a known card', (site) => site.pins.checkWithCard('04A1', wrong, { doorId: 'a' })],
    ['of an unknown card', (site) => site.pins.checkWithCard('FFFF', wrong, { doorId: 'a' })],
  ])('%s that is locked out is none, and the answer is the same', async (_what, check) => {
    const site = await siteOfOne();
    const answers: string[] = [];
    for (let n = 0; n < 5; n += 1) answers.push((await check(site)).outcome);
    expect([answers, site.hasher.calls]).toEqual([['rejected', 'rejected', 'rejected', 'locked-out', 'locked-out'], 3]);
  });
});

const people = new WeakMap<Site, string>();

function withoutPin(site: Site): string {
  const known = people.get(site) ?? String(site.store.subjects.profile(addPerson(site).id).personNumber);
  people.set(site, known);
  return known;
}
