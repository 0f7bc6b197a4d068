import { existsSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { cannotBeWritten, MenshenError } from '../core/index.js';
import { migrations } from './migrations/index.js';

export type Row = Readonly<Record<string, unknown>>;
type Value = string | number | bigint | Uint8Array | null;
/** What SQL hands in is of the columns' types. */
type Compute = (...values: readonly unknown[]) => Value;

/** SQLite's own: after so many pages in the log a commit also carries them over into the database file. */
const usualLogPages = 1000;
/**
 * 16 MiB: many small transactions in a row touch the same pages, and are carried over fewer times. No more than that,
 * since nobody is answered while a log is carried over: 70 to 80 ms here, where four times as long a log took 150 to
 * 290 ms, for a tenth less work in an erasure of 10,000 people. It holds until the log is truncated, so that a PIN's
 * commit in the middle of an erasure does not carry over everything that the erasure wrote.
 */
const longLogPages = 4000;

/**
 * Said here, because a gate's memory has to stay what it was after its first minutes, and the pages of its growing audit
 * fill whatever they are given. An erasure of 10,000 people took the same processor time with 2, 4, 8 and 16 MB.
 */
const pageCacheKiB = 4_000;

/** What the newest write came to when the disk did not take it. */
export interface WriteFailure {
  readonly code: MenshenError['code'];
  readonly detail: string;
  /** In a row. */
  readonly failures: number;
}

/** Rows that one step of the integrity check reads. */
const rowsAtOnce = 500;

/** SQLite with prepared statements kept, and its error codes turned into ours. */
export class Database {
  readonly #sqlite: Sqlite.Database;
  /** Whether a commit is flushed to the disk before it returns. */
  #flushed = true;
  #logPages = usualLogPages;
  #writeFailure: WriteFailure | undefined;
  /** Whether the transaction that is open changed a row: one that did not says nothing about the disk. */
  #changed = false;
  #compute: Compute | undefined;
  readonly #statements = new Map<string, Sqlite.Statement<Value[], Row>>();

  constructor(path: string, options: { create: boolean }) {
    if (!options.create && !existsSync(path)) {
      throw new MenshenError('store-missing', `There is no store at ${path}. Make one with \`menshen init\`.`);
    }
    this.#sqlite = guarded(() => new Sqlite(path, { timeout: 2000 }));
    try {
      guarded(() => this.#prepare());
    } catch (thrown) {
      this.#sqlite.close();
      throw thrown;
    }
  }

  /** Runs one statement; returns how many rows it changed. */
  run(sql: string, ...values: Value[]): number {
    if (this.#sqlite.inTransaction) return guarded(() => this.#change(sql, values));
    this.#flushCommits(true);
    return this.#written(() => this.#change(sql, values));
  }

  /**
   * Runs one statement in which `computed(…)` is worked out by `compute`, row by row and inside SQLite: rewrapping a
   * hundred thousand keys took twice as long with a statement for each. `compute` must not touch the database.
   */
  runComputing(compute: Compute, sql: string, ...values: Value[]): number {
    this.#compute = compute;
    try {
      return this.run(sql, ...values);
    } finally {
      this.#compute = undefined;
    }
  }

  get(sql: string, ...values: Value[]): Row | undefined {
    return guarded(() => this.#statement(sql).get(...values));
  }

  all(sql: string, ...values: Value[]): Row[] {
    return guarded(() => this.#statement(sql).all(...values));
  }

  /** All or nothing; nested calls join the outer one. Committed (fsynced) when it returns. */
  transaction<T>(work: () => T): T {
    if (this.#sqlite.inTransaction) return work();
    this.#flushCommits(true);
    return this.#written(() => this.#sqlite.transaction(work).immediate());
  }

  /**
   * Like `transaction`, but a power cut may take it back, together with nothing that was committed before: for work that
   * is begun anew then. The next `transaction` makes it durable too, as the log is one file.
   */
  provisionalTransaction<T>(work: () => T): T {
    if (this.#sqlite.inTransaction) return work();
    this.#flushCommits(false);
    this.#letLogGrow(longLogPages);
    return this.#written(() => this.#sqlite.transaction(work).immediate());
  }

  /** Undefined while the newest write that changed something is on the disk. */
  writeFailure(): WriteFailure | undefined {
    return this.#writeFailure;
  }

  get inTransaction(): boolean {
    return this.#sqlite.inTransaction;
  }

  /** Moves everything into the database file and truncates the write-ahead log to nothing. */
  truncateLog(): void {
    this.#letLogGrow(usualLogPages);
    const busy = guarded(() => this.#sqlite.pragma('wal_checkpoint(TRUNCATE)', { simple: true }));
    if (busy !== 0)
      throw new MenshenError('store-locked', 'The log of the database cannot be emptied while somebody reads it.');
  }

  integrityProblem(): string | undefined {
    const verdict = guarded(() => String(this.#sqlite.pragma('quick_check(1)', { simple: true })));
    return verdict === 'ok' ? undefined : verdict;
  }

  /**
   * The same in steps of a few milliseconds, for while the gate works: every table but `leftOut`, small ones by SQLite's
   * own check, large ones by reading every row. Each step yields the problem it found.
   *
   * @throws MenshenError `store-corrupt` from the step that meets a page that cannot be read.
   */
  *integritySteps(leftOut: string): Generator<string | undefined, void> {
    const tables = this.all(`SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`);
    for (const table of tables) {
      const name = String(table.name);
      const numbered = !String(table.sql).includes('WITHOUT ROWID');
      if (name === leftOut) continue;
      if (numbered && this.#rowsUpTo(name) > rowsAtOnce) yield* this.#readInSlices(name);
      else yield this.#tableProblem(name);
    }
  }

  #tableProblem(table: string): string | undefined {
    const verdict = guarded(() => String(this.#sqlite.pragma(`quick_check('${table}')`, { simple: true })));
    return verdict === 'ok' ? undefined : `${table}: ${verdict}`;
  }

  #rowsUpTo(table: string): number {
    return Number(this.get(`SELECT coalesce(max(rowid), 0) AS n FROM "${table}"`)?.n);
  }

  *#readInSlices(table: string): Generator<undefined, void> {
    let last = 0;
    for (;;) {
      const rows = this.all(
        `SELECT rowid AS at_row, * FROM "${table}" WHERE rowid > ? ORDER BY rowid LIMIT ?`,
        last,
        rowsAtOnce,
      );
      if (rows.length === 0) return;
      last = Number(rows.at(-1)?.at_row);
      yield undefined;
    }
  }

  close(): void {
    this.#sqlite.close();
  }

  #prepare(): void {
    // One process owns the store: the lock is taken by the first write and freed by the kernel when the process dies.
    this.#sqlite.pragma('locking_mode = EXCLUSIVE');
    this.#sqlite.pragma('journal_mode = WAL');
    this.#sqlite.pragma('synchronous = FULL');
    this.#sqlite.pragma('secure_delete = ON');
    this.#sqlite.pragma('foreign_keys = ON');
    this.#sqlite.pragma('temp_store = MEMORY');
    this.#sqlite.pragma(`cache_size = -${pageCacheKiB}`);
    this.#sqlite.pragma('trusted_schema = OFF');
    this.#sqlite.function('computed', { varargs: true, directOnly: true }, (...values: unknown[]) =>
      this.#compute === undefined ? null : this.#compute(...values),
    );
    this.#sqlite.transaction(() => this.#migrate()).exclusive();
  }

  #change(sql: string, values: Value[]): number {
    const { changes } = this.#statement(sql).run(...values);
    if (changes > 0) this.#changed = true;
    return changes;
  }

  #written<T>(work: () => T): T {
    this.#changed = false;
    try {
      const result = guarded(work);
      if (this.#changed) this.#writeFailure = undefined;
      return result;
    } catch (thrown) {
      if (cannotBeWritten(thrown))
        this.#writeFailure = {
          ...{ code: thrown.code, detail: thrown.detail },
          failures: (this.#writeFailure?.failures ?? 0) + 1,
        };
      throw thrown;
    }
  }

  #flushCommits(wanted: boolean): void {
    if (wanted === this.#flushed) return;
    this.#sqlite.pragma(`synchronous = ${wanted ? 'FULL' : 'NORMAL'}`);
    this.#flushed = wanted;
  }

  #letLogGrow(pages: number): void {
    if (pages === this.#logPages) return;
    this.#sqlite.pragma(`wal_autocheckpoint = ${pages}`);
    this.#logPages = pages;
  }

  #migrate(): void {
    const version = Number(this.#sqlite.pragma('user_version', { simple: true }));
    if (version > migrations.length) {
      throw new MenshenError(
        'store-newer',
        `The store has schema ${version}, this version knows ${migrations.length}. Start the newer version; nothing was changed.`,
      );
    }
    // Nothing is written when nothing is new: a full disk must not keep the gate from starting.
    if (version === migrations.length) return;
    for (const script of migrations.slice(version)) this.#sqlite.exec(script);
    this.#sqlite.pragma(`user_version = ${migrations.length}`);
  }

  #statement(sql: string): Sqlite.Statement<Value[], Row> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#sqlite.prepare<Value[], Row>(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw thrown instanceof Sqlite.SqliteError ? translated(thrown) : thrown;
  }
}

function translated(cause: InstanceType<typeof Sqlite.SqliteError>): MenshenError {
  const code = cause.code;
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new MenshenError('store-locked', 'Another process has the store open. Stop it, or use its API.', { cause });
  }
  if (code === 'SQLITE_FULL') {
    return new MenshenError('store-full', 'The disk took no more. Free some space; nothing acknowledged was lost.', {
      cause,
    });
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return new MenshenError(
      'store-failing',
      `The disk failed (${code}). See the system’s log, check cable, card and file system, and replace the disk when it fails again; nothing acknowledged was lost.`,
      { cause },
    );
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new MenshenError(
      'store-corrupt',
      'The database file is damaged. Keep it for analysis and enrol into a new store; PIN and card records are lost with it.',
      { cause },
    );
  }
  if (code === 'SQLITE_CANTOPEN' || code.startsWith('SQLITE_READONLY')) {
    return new MenshenError(
      'store-failing',
      'The store’s folder cannot be written. Check its owner, and whether its file system was mounted read-only; nothing acknowledged was lost.',
      { cause },
    );
  }
  if (code.startsWith('SQLITE_CONSTRAINT')) {
    return new MenshenError('conflict', 'A record with this identity is there already.', { cause });
  }
  return new MenshenError('internal', 'The database refused a statement.', { cause });
}
