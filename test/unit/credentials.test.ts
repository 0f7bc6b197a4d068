import { describe, expect, it } from 'vitest';
import { checkCard, normalCardNumber } from '#menshen/credentials/index.js';
import { addPerson, openSite, type Site } from '../support/site.js';
import { createTestStore, openTestStore, tempFolder } from '../support/temp-store.js';

const pin = '271828';
const wrong = '314159';

/** A site with one person: number N1, card 04A1, a PIN. */
async function siteOfOne(): Promise<{ site: Site; id: string }> {
  const site = openSite();
  const { clock, store } = site;
  const { id } = store.subjects.add({ personNumber: 'N1' }, 'adult', { nowMs: 1, expiresAtMs: clock.wallMs() + 1e10 });
  store.credentials.addCard(id, '04A1', 1);
  await site.pins.set(id, pin, 6);
  site.hasher.calls = 0;
  return { site, id };
}

/** Of a person number, where neither door nor caller is named. */
const anyPlace = '["number","",""]';

async function outcomes(check: () => Promise<{ outcome: string }>, times: number): Promise<string[]> {
  const all: string[] = [];
  for (let n = 0; n < times; n += 1) all.push((await check()).outcome);
  return all;
}

describe('a PIN', () => {
  it('opens with the person number it belongs to', async () => {
    const { site, id } = await siteOfOne();
    expect(await site.pins.check('N1', pin)).toEqual({ outcome: 'accepted', subjectId: id });
  });

  it('opens with the card it belongs to', async () => {
    const { site, id } = await siteOfOne();
    expect(await site.pins.checkWithCard('04A1', pin)).toEqual({ outcome: 'accepted', subjectId: id });
  });

  it('of somebody else is refused', async () => {
    const { site } = await siteOfOne();
    await site.pins.set(addPerson(site).id, wrong, 6);
    expect(await site.pins.check('N1', wrong)).toEqual({ outcome: 'rejected' });
  });

  it('that was replaced no longer opens', async () => {
    const { site, id } = await siteOfOne();
    await site.pins.set(id, '161803', 6);
    expect(await outcomes(() => site.pins.check('N1', pin), 1)).toEqual(['rejected']);
  });

  it('that was removed no longer opens', async () => {
    const { site, id } = await siteOfOne();
    site.store.credentials.removePin(id);
    expect(await outcomes(() => site.pins.check('N1', pin), 1)).toEqual(['rejected']);
  });

  it('is stored as something that differs between people with the same PIN', async () => {
    const { site, id } = await siteOfOne();
    const other = addPerson(site).id;
    await site.pins.set(other, pin, 6);
    const { credentials } = site.store;
    expect(credentials.pin(id)?.verifier).not.toEqual(credentials.pin(other)?.verifier);
  });

  it('of one person, copied over another’s behind the daemon’s back, does not open as the other', async () => {
    const { site, id } = await siteOfOne();
    const thief = addPerson(site).id;
    await site.pins.set(thief, wrong, 6);
    const stolen = site.store.credentials.pin(thief);
    if (stolen !== undefined) site.store.credentials.setPin(id, stolen, 1);
    expect(await site.pins.check('N1', wrong)).toEqual({ outcome: 'rejected' });
  });

  it.each(['12345', '1234567890123', 'abcdef', '12 456', '', '１２３４５７'])(
    '%j is refused for its form',
    async (weak) => {
      const { site, id } = await siteOfOne();
      await expect(site.pins.set(id, weak, 6)).rejects.toMatchObject({ code: 'body-invalid' });
    },
  );

  it.each(['000000', '111111', '123456', '654321', '012345', '987654', '890123', '99999999'])(
    '%s is refused as a first guess',
    async (weak) => {
      const { site, id } = await siteOfOne();
      await expect(site.pins.set(id, weak, 6)).rejects.toMatchObject({ code: 'body-invalid' });
    },
  );

  it('shorter than the site asks for is refused', async () => {
    const { site, id } = await siteOfOne();
    await expect(site.pins.set(id, '2718281', 8)).rejects.toThrow(/8 to 12/);
  });

  it('that is refused leaves the former one', async () => {
    const { site, id } = await siteOfOne();
    await expect(site.pins.set(id, '000000', 6)).rejects.toThrow();
    expect(await outcomes(() => site.pins.check('N1', pin), 1)).toEqual(['accepted']);
  });
});

describe('guessing a PIN', () => {
  it('is locked out after three wrong ones, for the right one too', async () => {
    const { site } = await siteOfOne();
    const guesses = await outcomes(() => site.pins.check('N1', wrong), 4);
    expect([...guesses, ...(await outcomes(() => site.pins.check('N1', pin), 1))]).toEqual([
      'rejected',
      'rejected',
      'rejected',
      'locked-out',
      'locked-out',
    ]);
  });

  it('costs twice as long with every further failure, up to an hour', async () => {
    const { site } = await siteOfOne();
    const id = site.store.subjects.byPersonNumber('N1')?.id;
    const counter = site.store.credentials.counterOf(id ?? '');
    const locksMs: number[] = [];
    await outcomes(() => site.pins.check('N1', wrong), 2);
    for (let n = 0; n < 10; n += 1) {
      await site.pins.check('N1', wrong);
      const { lockedUntilMs } = site.store.credentials.attempts(counter, anyPlace);
      locksMs.push(lockedUntilMs - site.clock.wallMs());
      site.clock.advance(lockedUntilMs - site.clock.wallMs());
    }
    expect(locksMs).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600].map((seconds) => seconds * 1000));
  });

  it('ends with the right one after the lock, and the count begins anew', async () => {
    const { site } = await siteOfOne();
    await outcomes(() => site.pins.check('N1', wrong), 3);
    site.clock.advance(30_000);
    expect(await outcomes(() => site.pins.check('N1', pin), 1)).toEqual(['accepted']);
    expect(await outcomes(() => site.pins.check('N1', wrong), 3)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('while locked costs no hash and does not lengthen the lock', async () => {
    const { site } = await siteOfOne();
    await outcomes(() => site.pins.check('N1', wrong), 3);
    site.hasher.calls = 0;
    await outcomes(() => site.pins.check('N1', wrong), 5);
    site.clock.advance(30_000);
    expect([site.hasher.calls, ...(await outcomes(() => site.pins.check('N1', pin), 1))]).toEqual([0, 'accepted']);
  });

  it('in parallel gets no more tries than one after the other', async () => {
    const { site } = await siteOfOne();
    site.hasher.hold();
    const guesses = Array.from({ length: 10 }, () => site.pins.check('N1', wrong));
    site.hasher.release();
    const answers = (await Promise.all(guesses)).map(({ outcome }) => outcome);
    expect([answers.filter((answer) => answer === 'rejected').length, site.hasher.calls]).toEqual([3, 3]);
  });

  it.each([
    ['removed', ({ store }: Site, id: string) => store.credentials.removePin(id)],
    [
      'changed',
      ({ store }: Site, id: string) =>
        store.credentials.setPin(id, { salt: new Uint8Array(16).fill(1), verifier: new Uint8Array(32).fill(2) }, 1),
    ],
  ])('that is %s while it is checked opens no more', async (_what, act) => {
    const { site, id } = await siteOfOne();
    site.hasher.hold();
    const checking = site.pins.check('N1', pin);
    act(site, id);
    site.hasher.release();
    expect(await checking).toEqual({ outcome: 'rejected' });
  });

  it('is counted before the hash runs, so that a pulled plug gives no free try', async () => {
    const folder = tempFolder();
    const site = openSite({ store: createTestStore(folder) });
    site.hasher.hold();
    void site.pins.check('N1', wrong).catch(() => undefined);
    site.store.close();
    const { store } = openSite({ store: openTestStore(folder), clock: site.clock });
    expect(store.credentials.attempts(store.subjects.personIndex('N1'), anyPlace).failures).toBe(1);
  });

  it('at one person locks nobody else', async () => {
    const { site } = await siteOfOne();
    const other = site.store.subjects.add({ personNumber: 'N2' }, 'adult', { nowMs: 1, expiresAtMs: 2e12 });
    await site.pins.set(other.id, '161803', 6);
    await outcomes(() => site.pins.check('N1', wrong), 4);
    expect(await outcomes(() => site.pins.check('N2', '161803'), 1)).toEqual(['accepted']);
  });

  it('shares its count between all cards of a person', async () => {
    const { site, id } = await siteOfOne();
    site.store.credentials.addCard(id, '04A2', 1);
    await site.pins.checkWithCard('04A1', wrong);
    await site.pins.checkWithCard('04A2', wrong);
    await site.pins.checkWithCard('04A1', wrong);
    expect(await outcomes(() => site.pins.checkWithCard('04A2', pin), 1)).toEqual(['locked-out']);
  });

  it('that could not be checked counts as no try', async () => {
    const { site } = await siteOfOne();
    site.hasher.fails = new Error('overloaded');
    for (let n = 0; n < 5; n += 1) await expect(site.pins.check('N1', pin)).rejects.toThrow('overloaded');
    site.hasher.fails = undefined;
    expect(await outcomes(() => site.pins.check('N1', pin), 1)).toEqual(['accepted']);
  });

  it('survives a restart', async () => {
    const folder = tempFolder();
    const first = openSite({ store: createTestStore(folder) });
    await outcomes(() => first.pins.check('N1', wrong), 3);
    first.store.close();
    const again = openSite({ store: openTestStore(folder), clock: first.clock });
    expect(await outcomes(() => again.pins.check('N1', wrong), 1)).toEqual(['locked-out']);
  });
});

describe('a person number that nobody has', () => {
  it('gets the same answers, lock and number of hashes as a wrong PIN', async () => {
    const { site } = await siteOfOne();
    const known = await outcomes(() => site.pins.check('N1', wrong), 6);
    const knownHashes = site.hasher.calls;
    const unknown = await outcomes(() => site.pins.check('N-none', wrong), 6);
    expect([unknown, site.hasher.calls - knownHashes]).toEqual([known, knownHashes]);
  });

  it('behaves like that of a person without a PIN', async () => {
    const { site } = await siteOfOne();
    site.store.subjects.add({ personNumber: 'N3' }, 'adult', { nowMs: 1, expiresAtMs: 2 });
    const without = await outcomes(() => site.pins.check('N3', wrong), 4);
    expect([without, site.hasher.calls]).toEqual([['rejected', 'rejected', 'rejected', 'locked-out'], 3]);
  });

  it('behaves like an unknown card', async () => {
    const { site } = await siteOfOne();
    expect(await outcomes(() => site.pins.checkWithCard('FFFF', wrong), 4)).toEqual([
      'rejected',
      'rejected',
      'rejected',
      'locked-out',
    ]);
  });
});

describe('a card', () => {
  it('opens for its holder', async () => {
    const { site, id } = await siteOfOne();
    expect(checkCard(site.store, '04A1')).toEqual({ outcome: 'accepted', subjectId: id });
  });

  it('that nobody has is rejected', async () => {
    const { site } = await siteOfOne();
    expect(checkCard(site.store, 'FFFF')).toEqual({ outcome: 'rejected' });
  });

  it('that was removed is rejected', async () => {
    const { site, id } = await siteOfOne();
    const [card] = site.store.credentials.cardsOf(id);
    site.store.credentials.removeCard(id, card?.id ?? '');
    expect(checkCard(site.store, '04A1')).toEqual({ outcome: 'rejected' });
  });

  it('is removed from its own holder only', async () => {
    const { site, id } = await siteOfOne();
    const [card] = site.store.credentials.cardsOf(id);
    expect(site.store.credentials.removeCard(addPerson(site).id, card?.id ?? '')).toBe(false);
  });

  it.each([
    ['04:a2:b3', '04A2B3'],
    ['04 a2-b3', '04A2B3'],
    ['12345678', '12345678'],
  ])('read as %j is %s', (read, normal) => {
    expect(normalCardNumber(read)).toBe(normal);
  });

  it.each(['', '123', 'G123', "1'; DROP TABLE card", 'A'.repeat(41)])('read as %j is refused', (read) => {
    expect(() => normalCardNumber(read)).toThrow(expect.objectContaining({ code: 'body-invalid' }));
  });
});
