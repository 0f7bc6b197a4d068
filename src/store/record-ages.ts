/** How many records of each kind there are, and how old the oldest is: for reports, never whose. */
import type { Database, Row } from './database.js';
import { numberOf, optionalNumberOf, textOf } from './rows.js';

export interface RecordAge {
  readonly record: string;
  readonly entries: number;
  /** Absent when there is none. */
  readonly oldestMs?: number;
}

export class RecordAges {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Audit, consents, receipts, documents by kind and registers by name. */
  all(): RecordAge[] {
    return [
      // The chain has no gaps, so its ends say how long it is: nothing of it is read through.
      ageOf(
        this.#db.get(`SELECT 'audit' AS record, coalesce(max(seq) - min(seq) + 1, 0) AS n,
          (SELECT at FROM audit ORDER BY seq LIMIT 1) AS oldest FROM audit`) ?? {},
      ),
      ageOf(this.#db.get(`SELECT 'consent' AS record, count(*) AS n, min(given_at) AS oldest FROM consent`) ?? {}),
      ageOf(this.#db.get(`SELECT 'receipt' AS record, count(*) AS n, min(at) AS oldest FROM receipt`) ?? {}),
      ...this.#db
        .all('SELECT kind AS record, count(*) AS n, min(at) AS oldest FROM document GROUP BY kind ORDER BY kind')
        .map(ageOf),
      ...this.#db
        .all(
          `SELECT register AS record, count(*) AS n, min(at) AS oldest FROM register_entry
           GROUP BY register ORDER BY register`,
        )
        .map(ageOf),
    ];
  }

  /** Consents by how they stand at this moment. */
  consents(nowMs: number): { readonly valid: number; readonly lapsed: number; readonly ended: number } {
    const row =
      this.#db.get(
        `SELECT count(*) FILTER (WHERE ended_at IS NULL AND expires_at > ?) AS valid,
           count(*) FILTER (WHERE ended_at IS NULL AND expires_at <= ?) AS lapsed,
           count(*) FILTER (WHERE ended_at IS NOT NULL) AS ended FROM consent`,
        nowMs,
        nowMs,
      ) ?? {};
    return { valid: numberOf(row, 'valid'), lapsed: numberOf(row, 'lapsed'), ended: numberOf(row, 'ended') };
  }
}

function ageOf(row: Row): RecordAge {
  const oldestMs = optionalNumberOf(row, 'oldest');
  return {
    record: textOf(row, 'record'),
    entries: numberOf(row, 'n'),
    ...(oldestMs === undefined ? {} : { oldestMs }),
  };
}
