/** Consents outlive a person's data. They never hold a picture or a template. */
import type { Database, Row } from './database.js';
import { dayAndMoment, endsBySql, soonestFirstSql } from './expiry-day.js';
import { numberOf, optionalNumberOf, optionalTextOf, textOf } from './rows.js';
import { type SignedBody, signedOf } from './signed-body.js';

export interface ConsentRow extends SignedBody {
  readonly recordId: string;
  readonly subjectId: string;
  readonly noticeHash: string;
  readonly givenAtMs: number;
  readonly expiresAtMs: number;
  readonly endedAtMs?: number;
  readonly endReason?: string;
  /** The receipt that the erasure which follows from the end will have. */
  readonly purgeReceiptId?: string;
  /** A guardian's consent: when it comes up for review (the child's 14th birthday). */
  readonly reviewAtMs?: number;
}

export class Consents {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  add(consent: ConsentRow): void {
    this.#db.run(
      `INSERT INTO consent (record_id, subject_id, notice_hash, given_at, expires_at, review_at, body, key_id, signature)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      consent.recordId,
      consent.subjectId,
      consent.noticeHash,
      consent.givenAtMs,
      consent.expiresAtMs,
      consent.reviewAtMs ?? null,
      consent.body,
      consent.keyId,
      consent.signature,
    );
  }

  /** With its end, as a backup has it. */
  restore(consent: ConsentRow): void {
    this.add(consent);
    this.#db.run(
      'UPDATE consent SET ended_at = ?, end_reason = ?, purge_receipt_id = ? WHERE record_id = ?',
      consent.endedAtMs ?? null,
      consent.endReason ?? null,
      consent.purgeReceiptId ?? null,
      consent.recordId,
    );
  }

  ofSubject(subjectId: string): ConsentRow[] {
    return this.#db
      .all('SELECT * FROM consent WHERE subject_id = ? ORDER BY given_at, rowid', subjectId)
      .map(consentOf);
  }

  get(recordId: string): ConsentRow | undefined {
    const row = this.#db.get('SELECT * FROM consent WHERE record_id = ?', recordId);
    return row === undefined ? undefined : consentOf(row);
  }

  /**
   * Whose consent ran out with a template still bound to it, in the order in which erasing is cheapest; the plus as in
   * `Subjects.due`.
   */
  lapsed(nowMs: number): string[] {
    return this.#db
      .all(
        `SELECT subject_id FROM consent WHERE ${endsBySql} AND ended_at IS NULL ORDER BY +subject_id`,
        ...dayAndMoment(nowMs),
      )
      .map((row) => textOf(row, 'subject_id'));
  }

  countLapsed(nowMs: number): number {
    const sql = `SELECT count(*) AS n FROM consent WHERE ${endsBySql} AND ended_at IS NULL`;
    return numberOf(this.#db.get(sql, ...dayAndMoment(nowMs)) ?? {}, 'n');
  }

  /** @param purgeReceiptId announced to the person before the erasure is done; kept, so that a crash cannot break the word. */
  endAll(subjectId: string, reason: string, atMs: number, purgeReceiptId?: string): void {
    this.#db.run(
      'UPDATE consent SET ended_at = ?, end_reason = ?, purge_receipt_id = ? WHERE subject_id = ? AND ended_at IS NULL',
      atMs,
      reason,
      purgeReceiptId ?? null,
      subjectId,
    );
  }

  /** Ends one record and leaves the person's others alone. */
  end(recordId: string, reason: string, atMs: number): void {
    this.#db.run(
      'UPDATE consent SET ended_at = ?, end_reason = ? WHERE record_id = ? AND ended_at IS NULL',
      atMs,
      reason,
      recordId,
    );
  }

  /** Running consents that end by then, soonest first: whom to ask before it lapses. */
  endingBy(untilMs: number, limit: number): ConsentRow[] {
    return this.#db
      .all(
        `SELECT * FROM consent WHERE ${endsBySql} AND ended_at IS NULL ORDER BY ${soonestFirstSql} LIMIT ?`,
        ...dayAndMoment(untilMs),
        limit,
      )
      .map(consentOf);
  }

  /** Records of one person that ended before a moment: past their keeping period. @returns how many went. */
  removeEnded(subjectId: string, beforeMs: number): number {
    return this.#db.run('DELETE FROM consent WHERE subject_id = ? AND ended_at < ?', subjectId, beforeMs);
  }

  /** Consents that ended while a template made under them is still there: an erasure is owed. */
  owingErasure(): ConsentRow[] {
    return this.#db
      .all(
        // From the ended consents to their person's templates, both by index: the other way round reads every template.
        `SELECT consent.* FROM consent CROSS JOIN template
         ON template.subject_id = consent.subject_id AND template.consent_id = consent.record_id
         WHERE consent.ended_at IS NOT NULL ORDER BY consent.subject_id`,
      )
      .map(consentOf);
  }

  /** The same for one person. */
  owesErasure(subjectId: string): boolean {
    const row = this.#db.get(
      `SELECT 1 FROM consent JOIN template
       ON template.subject_id = consent.subject_id AND template.consent_id = consent.record_id
       WHERE consent.ended_at IS NOT NULL AND consent.subject_id = ?`,
      subjectId,
    );
    return row !== undefined;
  }
}

export function consentOf(row: Row): ConsentRow {
  const endedAtMs = optionalNumberOf(row, 'ended_at');
  const endReason = optionalTextOf(row, 'end_reason');
  const purgeReceiptId = optionalTextOf(row, 'purge_receipt_id');
  const reviewAtMs = optionalNumberOf(row, 'review_at');
  return {
    recordId: textOf(row, 'record_id'),
    subjectId: textOf(row, 'subject_id'),
    noticeHash: textOf(row, 'notice_hash'),
    givenAtMs: numberOf(row, 'given_at'),
    expiresAtMs: numberOf(row, 'expires_at'),
    ...(endedAtMs === undefined ? {} : { endedAtMs }),
    ...(endReason === undefined ? {} : { endReason }),
    ...(purgeReceiptId === undefined ? {} : { purgeReceiptId }),
    ...(reviewAtMs === undefined ? {} : { reviewAtMs }),
    ...signedOf(row),
  };
}
