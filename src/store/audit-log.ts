import type { Database, Row } from './database.js';
import { bytesOf, numberOf, optionalNumberOf, textOf } from './rows.js';
import type { AuditHead, SealedHead } from './sealed-head.js';

export interface AuditRow {
  readonly seq: number;
  readonly atMs: number;
  readonly kind: string;
  /** Per-device event number without gaps; only entries that panels may see have one. */
  readonly eventSerial?: number;
  readonly body: string;
  readonly prevHash: Uint8Array;
  readonly hash: Uint8Array;
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** What is looked for among events. */
export interface EventSearch {
  readonly fromSerial: number;
  readonly toSerial: number;
  /** At this moment or later, by the wall clock of then. */
  readonly sinceMs?: number | undefined;
  /** Before this moment. */
  readonly untilMs?: number | undefined;
  readonly kinds?: readonly string[] | undefined;
  readonly doorId?: string | undefined;
}

/** Rows of the hash chain; its rules are the `audit` room's. */
export class AuditLog {
  readonly #db: Database;
  readonly #head: SealedHead;

  constructor(db: Database, head: SealedHead) {
    this.#db = db;
    this.#head = head;
  }

  newest(): AuditRow | undefined {
    const row = this.#db.get('SELECT * FROM audit ORDER BY seq DESC LIMIT 1');
    return row === undefined ? undefined : auditRowOf(row);
  }

  newestEventSerial(): number {
    return numberOf(this.#db.get('SELECT coalesce(max(event_serial), 0) AS n FROM audit') ?? {}, 'n');
  }

  append(row: AuditRow): void {
    this.#db.run(
      `INSERT INTO audit (seq, at, kind, event_serial, body, prev_hash, hash, key_id, signature)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      row.seq,
      row.atMs,
      row.kind,
      row.eventSerial ?? null,
      row.body,
      row.prevHash,
      row.hash,
      row.keyId,
      row.signature,
    );
  }

  page(afterSeq: number, limit: number): AuditRow[] {
    return this.#db.all('SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?', afterSeq, limit).map(auditRowOf);
  }

  /** For what a signed checkpoint stands for. */
  removeUntil(seq: number): void {
    this.#db.run('DELETE FROM audit WHERE seq <= ?', seq);
  }

  /** Newest first. */
  pageBefore(beforeSeq: number, limit: number): AuditRow[] {
    return this.#db
      .all('SELECT * FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?', beforeSeq, limit)
      .map(auditRowOf);
  }

  /** Entries after `afterSeq` up to `untilSeq` in whose body the text stands: to be asked for in ranges. */
  holding(text: string, afterSeq: number, untilSeq: number): AuditRow[] {
    return this.#db
      .all(
        'SELECT * FROM audit WHERE seq > ? AND seq <= ? AND instr(body, ?) > 0 ORDER BY seq',
        afterSeq,
        untilSeq,
        text,
      )
      .map(auditRowOf);
  }

  events(fromSerial: number, limit: number): AuditRow[] {
    return this.#db
      .all('SELECT * FROM audit WHERE event_serial >= ? ORDER BY event_serial LIMIT ?', fromSerial, limit)
      .map(auditRowOf);
  }

  /** The serial of the oldest event that is still here; undefined when there is none. */
  oldestEventSerial(): number | undefined {
    return optionalNumberOf(this.#db.get('SELECT min(event_serial) AS n FROM audit') ?? { n: null }, 'n');
  }

  /** Events of serials `fromSerial` to `toSerial`, both included, that fit; to be asked for in short ranges. */
  searchEvents(search: EventSearch, limit: number): AuditRow[] {
    const { fromSerial, toSerial, sinceMs, untilMs, kinds, doorId } = search;
    const conditions = [
      ['event_serial >= ?', fromSerial],
      ['event_serial <= ?', toSerial],
      ['at >= ?', sinceMs],
      ['at < ?', untilMs],
      ['kind IN (SELECT value FROM json_each(?))', kinds === undefined ? undefined : JSON.stringify(kinds)],
      [`json_extract(body, '$.doorId') = ?`, doorId],
    ] as const;
    const used = conditions.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
    return this.#db
      .all(
        `SELECT * FROM audit WHERE ${used.map(({ sql }) => sql).join(' AND ')} ORDER BY event_serial LIMIT ?`,
        ...used.map(({ value }) => value),
        limit,
      )
      .map(auditRowOf);
  }

  /**
   * The sealed head, so that a cut-off tail shows. Undefined when it is missing.
   *
   * @throws MenshenError `integrity-violation` when it was altered.
   */
  head(): AuditHead | undefined {
    return this.#head.head();
  }

  setHead(head: AuditHead): void {
    this.#head.setHead(head);
  }
}

function auditRowOf(row: Row): AuditRow {
  const eventSerial = optionalNumberOf(row, 'event_serial');
  return {
    seq: numberOf(row, 'seq'),
    atMs: numberOf(row, 'at'),
    kind: textOf(row, 'kind'),
    ...(eventSerial === undefined ? {} : { eventSerial }),
    body: textOf(row, 'body'),
    prevHash: bytesOf(row, 'prev_hash'),
    hash: bytesOf(row, 'hash'),
    keyId: textOf(row, 'key_id'),
    signature: bytesOf(row, 'signature'),
  };
}
