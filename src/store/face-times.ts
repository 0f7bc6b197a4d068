/** How long each template has been kept, and what would end that: nothing is decrypted for it. */
import type { Database, Row } from './database.js';
import { numberOf, optionalNumberOf, textOf } from './rows.js';

/** What decides how long a template is kept. */
export interface FaceTimes {
  /** Where a page ended. */
  readonly place: number;
  readonly subjectId: string;
  readonly createdAtMs: number;
  /** Absent when the consent has ended. */
  readonly consentExpiresAtMs?: number;
  readonly personExpiresAtMs: number;
  /** Days since 1970; absent where nobody counts them. */
  readonly lastUseDay?: number;
}

export class FaceTimesTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** In the order of the disk. @param after where the page before ended; 0 for the first. */
  page(after: number, limit: number): FaceTimes[] {
    const sql = `${timesSql} WHERE template.rowid > ? ORDER BY template.rowid LIMIT ?`;
    return this.#db.all(sql, after, limit).map(timesOf);
  }

  ofSubject(subjectId: string): FaceTimes[] {
    return this.#db.all(`${timesSql} WHERE template.subject_id = ?`, subjectId).map(timesOf);
  }
}

const timesSql = `SELECT template.rowid AS place, template.subject_id, template.created_at,
    subject.expires_at AS person_expires_at, consent.expires_at AS consent_expires_at, used.day AS last_use_day
  FROM template
  CROSS JOIN subject ON subject.id = template.subject_id
  LEFT JOIN consent ON consent.record_id = template.consent_id AND consent.ended_at IS NULL
  LEFT JOIN subject_use AS used ON used.subject_id = template.subject_id`;

function timesOf(row: Row): FaceTimes {
  const consentExpiresAtMs = optionalNumberOf(row, 'consent_expires_at');
  const lastUseDay = optionalNumberOf(row, 'last_use_day');
  return {
    place: numberOf(row, 'place'),
    subjectId: textOf(row, 'subject_id'),
    createdAtMs: numberOf(row, 'created_at'),
    personExpiresAtMs: numberOf(row, 'person_expires_at'),
    ...(consentExpiresAtMs === undefined ? {} : { consentExpiresAtMs }),
    ...(lastUseDay === undefined ? {} : { lastUseDay }),
  };
}
