/** What the site states or assesses, in numbered versions. */
import type { Database, Row } from './database.js';
import { numberOf, textOf } from './rows.js';

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

export function documentOf(row: Row): DocumentRow {
  return {
    version: numberOf(row, 'version'),
    hash: textOf(row, 'hash'),
    atMs: numberOf(row, 'at'),
    body: textOf(row, 'body'),
  };
}
