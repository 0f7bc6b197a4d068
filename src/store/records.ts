/** Records that outlive a person's data: consents, receipts, documents. They never hold a picture or a template. */
import type { Database, Row } from './database.js';
import { dayAndMoment, endsBySql, soonestFirstSql } from './expiry-day.js';
import { bytesOf, numberOf, optionalNumberOf, optionalTextOf, textOf } from './rows.js';

/** A JSON body with the Ed25519 signature over its canonical form. */
export interface SignedBody {
  readonly body: string;
  readonly keyId: string;
  readonly signature: Uint8Array;
}

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

export interface ReceiptRow extends SignedBody {
  readonly id: string;
  readonly kind: string;
  readonly subjectId?: string;
  readonly atMs: number;
}

export class Receipts {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  add(receipt: ReceiptRow): void {
    this.#db.run(
      'INSERT INTO receipt (id, kind, subject_id, at, body, key_id, signature) VALUES (?, ?, ?, ?, ?, ?, ?)',
      receipt.id,
      receipt.kind,
      receipt.subjectId ?? null,
      receipt.atMs,
      receipt.body,
      receipt.keyId,
      receipt.signature,
    );
  }

  get(id: string): ReceiptRow | undefined {
    const row = this.#db.get('SELECT * FROM receipt WHERE id = ?', id);
    return row === undefined ? undefined : receiptOf(row);
  }

  /**
   * Oldest first, for reading through all of them.
   *
   * @param after where the page before ended; 0 for the first.
   */
  page(after: number, limit: number): { readonly place: number; readonly receipt: ReceiptRow }[] {
    return this.#db
      .all('SELECT rowid AS place, * FROM receipt WHERE rowid > ? ORDER BY rowid LIMIT ?', after, limit)
      .map((row) => ({ place: numberOf(row, 'place'), receipt: receiptOf(row) }));
  }

  count(kind: string): number {
    return numberOf(this.#db.get('SELECT count(*) AS n FROM receipt WHERE kind = ?', kind) ?? {}, 'n');
  }

  /** Of erasures and withdrawals of people who are gone, signed before a moment; oldest first. */
  ofGoneBefore(beforeMs: number, limit: number): ReceiptRow[] {
    return this.#db
      .all(
        `SELECT * FROM receipt WHERE at < ? AND kind IN ('purge', 'withdrawal')
         AND subject_id NOT IN (SELECT id FROM subject) ORDER BY at LIMIT ?`,
        beforeMs,
        limit,
      )
      .map(receiptOf);
  }

  /** The rules about when are those of the `retention` room. */
  remove(id: string): void {
    this.#db.run('DELETE FROM receipt WHERE id = ?', id);
  }

  newest(limit: number): ReceiptRow[] {
    return this.#db.all('SELECT * FROM receipt ORDER BY at DESC, rowid DESC LIMIT ?', limit).map(receiptOf);
  }
}

/**
 * `notice-text`: what one language says of the notice; `notice-display`: the notice (its hash) stood on the screen;
 * `sign-declaration`: somebody declared that the sign hangs, and with which notice that was first seen; `decommission`:
 * the device’s use ended.
 */
export type DocumentKind =
  | 'notice'
  /** The thresholds that decide, to tell when they change. */
  | 'threshold'
  | 'notice-text'
  | 'notice-display'
  | 'sign-declaration'
  | 'assessment'
  | 'decommission';

export interface DocumentRow {
  readonly version: number;
  readonly hash: string;
  readonly atMs: number;
  readonly body: string;
}

/** Versioned texts: notices and impact assessments. */
export class Documents {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Adds the next version; returns its number. */
  add(kind: DocumentKind, hash: string, body: string, atMs: number): number {
    return this.#db.transaction(() => {
      const version = (this.newest(kind)?.version ?? 0) + 1;
      this.#db.run(
        'INSERT INTO document (kind, version, hash, at, body) VALUES (?, ?, ?, ?, ?)',
        kind,
        version,
        hash,
        atMs,
        body,
      );
      return version;
    });
  }

  /** Under the version that it had, as a backup has it. */
  restore(kind: string, { version, hash, atMs, body }: DocumentRow): void {
    this.#db.run(
      'INSERT INTO document (kind, version, hash, at, body) VALUES (?, ?, ?, ?, ?)',
      ...[kind, version, hash, atMs, body],
    );
  }

  newest(kind: DocumentKind): DocumentRow | undefined {
    const row = this.#db.get('SELECT * FROM document WHERE kind = ? ORDER BY version DESC LIMIT 1', kind);
    return row === undefined ? undefined : documentOf(row);
  }

  get(kind: DocumentKind, version: number): DocumentRow | undefined {
    const row = this.#db.get('SELECT * FROM document WHERE kind = ? AND version = ?', kind, version);
    return row === undefined ? undefined : documentOf(row);
  }

  /** The newest of this hash. */
  find(kind: DocumentKind, hash: string): DocumentRow | undefined {
    const row = this.#db.get(
      'SELECT * FROM document WHERE kind = ? AND hash = ? ORDER BY version DESC LIMIT 1',
      kind,
      hash,
    );
    return row === undefined ? undefined : documentOf(row);
  }

  /** For what is past its keeping period; the newest version stays, because numbers go on from it. */
  remove(kind: DocumentKind, version: number): boolean {
    return this.#db.run('DELETE FROM document WHERE kind = ? AND version = ?', kind, version) > 0;
  }

  /** Newest first. */
  list(kind: DocumentKind, limit = 500): DocumentRow[] {
    return this.#db
      .all('SELECT * FROM document WHERE kind = ? ORDER BY version DESC LIMIT ?', kind, limit)
      .map(documentOf);
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

function receiptOf(row: Row): ReceiptRow {
  const subjectId = optionalTextOf(row, 'subject_id');
  return {
    id: textOf(row, 'id'),
    kind: textOf(row, 'kind'),
    ...(subjectId === undefined ? {} : { subjectId }),
    atMs: numberOf(row, 'at'),
    ...signedOf(row),
  };
}

export function documentOf(row: Row): DocumentRow {
  return {
    version: numberOf(row, 'version'),
    hash: textOf(row, 'hash'),
    atMs: numberOf(row, 'at'),
    body: textOf(row, 'body'),
  };
}

const signedOf = (row: Row): SignedBody => ({
  body: textOf(row, 'body'),
  keyId: textOf(row, 'key_id'),
  signature: bytesOf(row, 'signature'),
});
