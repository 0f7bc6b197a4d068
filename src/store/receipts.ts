/** Receipts of erasures and withdrawals outlive the person's data. They never hold a picture or a template. */
import type { Database, Row } from './database.js';
import { numberOf, optionalTextOf, textOf } from './rows.js';
import { type SignedBody, signedOf } from './signed-body.js';

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
