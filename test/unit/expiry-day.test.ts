import { describe, expect, it } from 'vitest';
import { dayAndMoment, endsAfterSql, endsBySql, soonestFirstSql } from '#menshen/store/expiry-day.js';
import { addConsentRow } from '../support/consent-row.js';
import { createTestStore, rawDatabase } from '../support/temp-store.js';
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
    ['people', `SELECT id FROM subject WHERE ${endsBySql} ORDER BY +id`, 'COVERING INDEX subject_expiry', 1],
    ['a forecast', `SELECT count(*) FROM subject WHERE ${endsAfterSql} AND ${endsBySql}`, 'INDEX subject_expiry', 2],
    [
      'consents',
      `SELECT subject_id FROM consent WHERE ${endsBySql} AND ended_at IS NULL ORDER BY +subject_id`,
      'INDEX consent_running',
      1,
    ],
    [
      'renewals',
      `SELECT * FROM consent WHERE ${endsBySql} AND ended_at IS NULL ORDER BY ${soonestFirstSql} LIMIT 9`,
      'INDEX consent_running',
      1,
    ],
  ])('is looked for by index: %s', (_of, sql, index, conditions) => {
    const { folder } = filledStore();
    rawDatabase(folder, (db) => {
      const values = Array.from({ length: conditions }, () => dayAndMoment(midnight)).flat();
      const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[];
      expect(plan[0]?.detail).toContain(index);
    });
  });
});
