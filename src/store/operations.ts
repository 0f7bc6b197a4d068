/** Rows the daemon's own running needs: API keys, erasures under way, the clock's mark. */
import type { Database, Row } from './database.js';
import { bytesOf, numberOf, optionalNumberOf, optionalTextOf, textOf } from './rows.js';

export interface ApiKeyRow {
  readonly id: string;
  readonly role: string;
  readonly label: string;
  /** The person who has it, where it names one. */
  readonly holder?: string;
  readonly secretHash: Uint8Array;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly revokedAtMs?: number;
}

export class ApiKeys {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  add(key: ApiKeyRow): void {
    this.#db.run(
      'INSERT INTO api_key (id, role, label, secret_hash, created_at, expires_at, holder) VALUES (?, ?, ?, ?, ?, ?, ?)',
      key.id,
      key.role,
      key.label,
      key.secretHash,
      key.createdAtMs,
      key.expiresAtMs,
      key.holder ?? null,
    );
  }

  get(id: string): ApiKeyRow | undefined {
    const row = this.#db.get('SELECT * FROM api_key WHERE id = ?', id);
    return row === undefined ? undefined : apiKeyOf(row);
  }

  list(): ApiKeyRow[] {
    return this.#db.all('SELECT * FROM api_key ORDER BY created_at, id').map(apiKeyOf);
  }

  /** Keys in force that end by then and that nobody was warned of yet. */
  endingBy(nowMs: number, untilMs: number): ApiKeyRow[] {
    return this.#db
      .all(
        `SELECT * FROM api_key WHERE revoked_at IS NULL AND expires_at > ? AND expires_at <= ?
         AND ending_told IS NOT expires_at ORDER BY expires_at`,
        nowMs,
        untilMs,
      )
      .map(apiKeyOf);
  }

  endingTold(id: string): void {
    this.#db.run('UPDATE api_key SET ending_told = expires_at WHERE id = ?', id);
  }

  /** The same secret under another hashing key. */
  rehash(id: string, before: Uint8Array, after: Uint8Array): void {
    this.#db.run('UPDATE api_key SET secret_hash = ? WHERE id = ? AND secret_hash = ?', after, id, before);
  }

  /** What stood for the secret goes too: whoever takes the mark away behind the daemon's back revives nothing. */
  revoke(id: string, atMs: number): boolean {
    return (
      this.#db.run(
        'UPDATE api_key SET revoked_at = ?, secret_hash = zeroblob(32) WHERE id = ? AND revoked_at IS NULL',
        atMs,
        id,
      ) > 0
    );
  }
}

export interface ErasureRow {
  readonly id: string;
  readonly startedAtMs: number;
  /** The newest epoch whose key opens what was deleted: that one must be gone before a receipt is signed. */
  readonly fromEpoch: number;
  /** JSON of the receipts to be written then. */
  readonly body: string;
}

export class Erasures {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  begin(erasure: ErasureRow): void {
    this.#db.run(
      'INSERT INTO erasure (id, from_epoch, to_epoch, started_at, body) VALUES (?, ?, ?, ?, ?)',
      erasure.id,
      erasure.fromEpoch,
      erasure.fromEpoch + 1,
      erasure.startedAtMs,
      erasure.body,
    );
  }

  unfinished(): ErasureRow[] {
    return this.#db.all('SELECT * FROM erasure WHERE finished_at IS NULL ORDER BY started_at').map((row) => ({
      id: textOf(row, 'id'),
      startedAtMs: numberOf(row, 'started_at'),
      fromEpoch: numberOf(row, 'from_epoch'),
      body: textOf(row, 'body'),
    }));
  }

  /** Finished ones of which only the receipts matter any more. */
  forgetBefore(beforeMs: number): void {
    this.#db.run('DELETE FROM erasure WHERE finished_at < ?', beforeMs);
  }

  finish(id: string, atMs: number): void {
    this.#db.run('UPDATE erasure SET finished_at = ? WHERE id = ?', atMs, id);
  }
}

export interface ClockMarkRow {
  readonly wallMs: number;
  /** Lower bound of the true time: never ahead of what elapsed and was confirmed. */
  readonly trustedMs: number;
  readonly sinceBootMs: number;
  readonly bootId: string;
  /** Time this store was watched over, summed from monotonic clocks. */
  readonly elapsedMs: number;
  /** Wall clock and elapsed time when the clock was last started with or confirmed: drift is counted from there. */
  readonly anchorWallMs: number;
  readonly anchorElapsedMs: number;
  /** Why the clock is not believed; absent when it is. */
  readonly suspect?: string;
}

export class ClockMarks {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  read(): ClockMarkRow | undefined {
    const row = this.#db.get('SELECT * FROM clock_mark WHERE id = 1');
    if (row === undefined) return undefined;
    const suspect = optionalTextOf(row, 'suspect');
    return {
      wallMs: numberOf(row, 'wall'),
      trustedMs: numberOf(row, 'trusted'),
      sinceBootMs: numberOf(row, 'since_boot'),
      bootId: textOf(row, 'boot_id'),
      elapsedMs: numberOf(row, 'elapsed'),
      anchorWallMs: numberOf(row, 'anchor_wall'),
      anchorElapsedMs: numberOf(row, 'anchor_elapsed'),
      ...(suspect === undefined ? {} : { suspect }),
    };
  }

  write(mark: ClockMarkRow): void {
    this.#db.run(
      `INSERT INTO clock_mark (id, wall, trusted, since_boot, boot_id, elapsed, anchor_wall, anchor_elapsed, suspect)
       VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET wall = excluded.wall, trusted = excluded.trusted, since_boot = excluded.since_boot,
         boot_id = excluded.boot_id, elapsed = excluded.elapsed, anchor_wall = excluded.anchor_wall,
         anchor_elapsed = excluded.anchor_elapsed, suspect = excluded.suspect`,
      Math.round(mark.wallMs),
      Math.round(mark.trustedMs),
      Math.round(mark.sinceBootMs),
      mark.bootId,
      Math.round(mark.elapsedMs),
      Math.round(mark.anchorWallMs),
      Math.round(mark.anchorElapsedMs),
      mark.suspect ?? null,
    );
  }
}

/** Which model pack ran last, in one line of text. */
export class PackMark {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  read(): string | undefined {
    const row = this.#db.get(`SELECT value FROM meta WHERE name = 'model_pack'`);
    return row === undefined ? undefined : Buffer.from(bytesOf(row, 'value')).toString('utf8');
  }

  write(text: string): void {
    this.#db.run(
      `INSERT INTO meta (name, value) VALUES ('model_pack', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      Buffer.from(text),
    );
  }
}

function apiKeyOf(row: Row): ApiKeyRow {
  const revokedAtMs = optionalNumberOf(row, 'revoked_at');
  const holder = optionalTextOf(row, 'holder');
  return {
    id: textOf(row, 'id'),
    role: textOf(row, 'role'),
    label: textOf(row, 'label'),
    secretHash: bytesOf(row, 'secret_hash'),
    createdAtMs: numberOf(row, 'created_at'),
    expiresAtMs: numberOf(row, 'expires_at'),
    ...(revokedAtMs === undefined ? {} : { revokedAtMs }),
    ...(holder === undefined ? {} : { holder }),
  };
}
