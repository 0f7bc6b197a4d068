import { expect, test } from 'vitest';
import type { Store } from '#menshen/store/index.js';
import { clockAt, openFiling } from '../support/filing.js';
import { addEnrolled, auditKinds, dayMs, openSite } from '../support/site.js';
import { createTestStore, openTestStore, tempFolder } from '../support/temp-store.js';

const of = (store: Store, kind: string) => auditKinds({ store }).filter((each) => each === kind).length;
const face = (n: number) => ({ vector: Array.from({ length: 8 }, (_, i) => (i === n % 8 ? 1 : 0)) }) as never;

test('M15.1: the number is of distinct persons whose face is stored here now, and what was declared for elsewhere', async () => {
  const site = openSite();
  const [one, two] = [addEnrolled(site, face(1)), addEnrolled(site, face(2))];
  const { filing, declare } = openFiling({ store: site.store, clock: site.clock });
  declare(40);
  expect(filing.status().count).toMatchObject({ here: 2, elsewhere: 40, total: 42, percent: 0 });
  await site.retention.eraseSubject(one.id, 'order');
  expect(filing.status().count).toMatchObject({ here: 1, total: 41 });
  expect(two.id).toBeDefined();
});

test('M15.1: the newest declaration counts, names who made it, and is kept with the ones before', () => {
  const { filing, store, clock } = openFiling();
  filing.declare({ elsewhere: 10, by: 'Ann' }, 'op-1');
  clock.advance(1000);
  filing.declare({ elsewhere: 7, by: 'Bob' }, 'op-1');
  expect(filing.status().count).toMatchObject({ elsewhere: 7, declared: { by: 'Bob' } });
  expect(of(store, 'count.declared')).toBe(2);
});

test.each([
  [-1, 'Ann'],
  [1.5, 'Ann'],
  [Number.NaN, 'Ann'],
  [1e12, 'Ann'],
  [5, ' '],
])('M15.1: a declaration of %s by "%s" is refused', (elsewhere, by) => {
  const { filing, store } = openFiling();
  expect(() => filing.declare({ elsewhere, by }, 'op-1')).toThrow(/elsewhere|by:/);
  expect(store.registers.count('count')).toBe(0);
});

test('M15.1: at 80 % and 90 % there is one warning each, at 100,000 the number is reached and not one person before', () => {
  const { store, declare, filing } = openFiling();
  declare(79_999);
  expect(of(store, 'count.warning')).toBe(0);
  declare(80_000);
  declare(85_000);
  expect(of(store, 'count.warning')).toBe(1);
  declare(90_000);
  declare(99_999);
  expect([of(store, 'count.warning'), of(store, 'count.reached')]).toEqual([2, 0]);
  expect(filing.status().duties).toEqual([]);
  declare(100_000);
  expect([of(store, 'count.reached'), of(store, 'filing.due')]).toEqual([1, 1]);
});

test('M15.1: the one person here who makes it 100,000 opens the duty', () => {
  const site = openSite();
  const { filing, declare } = openFiling({ store: site.store, clock: site.clock });
  declare(99_999);
  addEnrolled(site, face(1));
  filing.look();
  const [duty] = filing.status().duties;
  expect(duty).toMatchObject({
    type: 'new',
    state: 'open',
    countBasis: { here: 1, elsewhere: 99_999, total: 100_000 },
  });
});

test('M15.1: the test vector of the law, by the real tables: reached on 2025-06-01, due on 2025-07-14', () => {
  const { declare } = openFiling({ clock: clockAt('2025-06-01') });
  expect(declare(100_000).duties[0]).toMatchObject({ since: '2025-06-01', dueOn: '2025-07-14', daysLeft: 43 });
});

test('M15.1: what was reached before the Measures is dated by the day they came into force', () => {
  const { declare } = openFiling({ clock: clockAt('2025-03-03') });
  expect(declare(100_000).duties[0]).toMatchObject({ since: '2025-06-01', dueOn: '2025-07-14' });
});

test('M15.1: the duty stays open with its day although the stock falls, and over a restart', () => {
  const folder = tempFolder();
  const store = createTestStore(folder);
  const clock = clockAt('2026-03-02');
  const { declare } = openFiling({ store, clock });
  const before = declare(100_000).duties[0];
  clock.advance(3 * dayMs);
  declare(5);
  store.close();
  const { filing } = openFiling({ store: openTestStore(folder), clock });
  filing.look();
  expect(filing.status().duties[0]).toMatchObject({ id: before?.id, state: 'open', since: '2026-03-02' });
});

test('M15.1: falling and rising again opens no second duty', () => {
  const { declare, clock } = openFiling();
  for (const elsewhere of [100_000, 5, 200_000, 5, 100_000]) {
    declare(elsewhere);
    clock.advance(2 * dayMs);
  }
  expect(declare(100_000).duties).toHaveLength(1);
});

test('M15.1: without a table for the year the due day is unknown, and known once the table is there', () => {
  const store = createTestStore();
  const clock = clockAt('2026-12-01');
  expect(openFiling({ store, clock }).declare(100_000).duties[0]).toMatchObject({ dueOn: 'unknown', overdue: false });
  const { filing } = openFiling({ store, clock, workingDays: { after: () => '2027-01-15', sources: [] } as never });
  filing.look();
  expect(filing.status().duties[0]).toMatchObject({ since: '2026-12-01', dueOn: '2027-01-15' });
});

test('M15.1: while the clock is in doubt the day is the earliest it can be, and marked', () => {
  const { declare, doubt } = openFiling({ clock: clockAt('2026-09-01') });
  doubt.lowerBoundMs = Date.parse('2026-03-02T04:00:00Z');
  expect(declare(100_000).duties[0]).toMatchObject({ since: '2026-03-02', dateCertain: false });
});

test('M15.1: a duty past its day is overdue, and that is said once', () => {
  const { declare, filing, clock, store } = openFiling({ clock: clockAt('2025-06-01') });
  declare(100_000);
  clock.advance(43 * dayMs);
  filing.look();
  expect(filing.status().duties[0]).toMatchObject({ overdue: false, daysLeft: 0 });
  clock.advance(dayMs);
  filing.look();
  filing.look();
  expect(filing.status().duties[0]).toMatchObject({ overdue: true });
  expect(of(store, 'filing.overdue')).toBe(1);
});

test('M15.1: the ledger has an entry for each tenth at once, and otherwise one a day when the number changed', () => {
  const { declare, filing, clock } = openFiling();
  filing.look();
  for (const elsewhere of [1, 2, 3]) declare(elsewhere);
  declare(10_000);
  declare(10_001);
  clock.advance(dayMs);
  filing.look();
  clock.advance(dayMs);
  filing.look();
  expect(filing.ledger.entries().map(({ total }) => total)).toEqual([10_001, 10_000, 0]);
});

test('M15.1: a number that swings around 80 % warns no more than once a day', () => {
  const { declare, store } = openFiling();
  for (let n = 0; n < 50; n += 1) declare(n % 2 === 0 ? 80_000 : 79_999);
  expect(of(store, 'count.warning')).toBe(1);
});

test('M15.1: entries of a clock that ran ahead do not stop the ledger nor flood it', () => {
  const { declare, filing, clock } = openFiling();
  clock.jumpWall(400 * dayMs);
  declare(10_000);
  clock.jumpWall(-400 * dayMs);
  for (let n = 0; n < 20; n += 1) filing.look();
  expect(filing.ledger.entries().map(({ total }) => total)).toEqual([10_000, 10_000]);
});
