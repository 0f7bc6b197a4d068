import { describe, expect, it, vi } from 'vitest';
import { Database } from '#menshen/store/database.js';
import type { Store } from '#menshen/store/index.js';
import { addConsentRow } from '../support/consent-row.js';
import { createTestStore, openTestStore, rawDatabase } from '../support/temp-store.js';
import { filledStore } from './fixtures/filled-store.js';

const dayMs = 86_400_000;
const midnight = 20_000 * dayMs;
/** Around the borders of days, where a moment and its day could disagree. */
const moments = [0, 1, midnight - 1, midnight, midnight + 1, midnight + dayMs - 1, midnight + dayMs];
const asked = [...moments, midnight + 0.5, midnight - 0.5];

describe('who ends by a moment', () => {
  it('is found to the millisecond: people, in the order of their ids', () => {
    const store = createTestStore();
    const people = moments.map((expiresAtMs) => ({
      ...store.subjects.add({}, 'adult', { nowMs: 0, expiresAtMs }),
      expiresAtMs,
    }));
    for (const atMs of asked) {
      const due = people.filter(({ expiresAtMs }) => expiresAtMs <= atMs).map(({ id }) => id);
      expect(store.subjects.due(atMs)).toEqual(due.sort());
      for (const fromMs of asked)
        expect(store.subjects.countDue(fromMs, atMs)).toBe(
          people.filter(({ expiresAtMs }) => expiresAtMs > fromMs && expiresAtMs <= atMs).length,
        );
    }
  });

  it('is found to the millisecond: consents, soonest first where that is asked', () => {
    const store = createTestStore();
    for (const expiresAtMs of moments.toReversed()) {
      const { id } = store.subjects.add({}, 'adult', { nowMs: 0, expiresAtMs });
      addConsentRow(store, id, `c-${expiresAtMs}`, { expiresAtMs });
    }
    for (const atMs of asked) {
      const ended = moments.filter((moment) => moment <= atMs);
      expect([store.consents.countLapsed(atMs), store.consents.lapsed(atMs).length]).toEqual([
        ended.length,
        ended.length,
      ]);
      expect(store.consents.endingBy(atMs, 3).map(({ expiresAtMs }) => expiresAtMs)).toEqual(ended.slice(0, 3));
    }
  });

  it.each([
    ['people', 'COVERING INDEX subject_expiry', ({ subjects }: Store) => subjects.due(midnight)],
    ['a forecast', 'COVERING INDEX subject_expiry', ({ subjects }: Store) => subjects.countDue(0, midnight)],
    ['consents', 'INDEX consent_running', ({ consents }: Store) => consents.lapsed(midnight)],
    ['how many consents', 'INDEX consent_running', ({ consents }: Store) => consents.countLapsed(midnight)],
    ['renewals', 'INDEX consent_running', ({ consents }: Store) => consents.endingBy(midnight, 9)],
  ])('is looked for by index: %s', (_of, index, look) => {
    const { folder } = filledStore();
    const store = openTestStore(folder);
    const statements = [vi.spyOn(Database.prototype, 'all'), vi.spyOn(Database.prototype, 'get')];
    look(store);
    const calls = statements.flatMap(({ mock }) => mock.calls);
    vi.restoreAllMocks();
    store.close();
    rawDatabase(folder, (db) => {
      const plans = calls.map(
        ([sql, ...values]) => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[],
      );
      expect(plans.map(([first]) => first?.detail)).toEqual([expect.stringMatching(`^SEARCH \\w+ USING ${index} `)]);
    });
  });
});
