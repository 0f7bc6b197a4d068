/** Dated entries with a state that outlive a person's data; what names people is sealed. Never a picture or a template. */
import { MenshenError } from '../core/index.js';
import { canonicalJson } from '../crypto/index.js';
import type { Database, Row } from './database.js';
import type { Keyring } from './keyring.js';
import { bytesOf, numberOf, optionalTextOf, textOf } from './rows.js';

/** Closed list; each has a room that alone writes it. */
export type RegisterName =
  | 'act'
  | 'assessment-draft'
  | 'assessment-mark'
  | 'complaint'
  | 'consent-review'
  | 'count'
  | 'declaration'
  | 'enrolment-code'
  | 'filing'
  | 'incident'
  | 'inspection'
  | 'isapi-host'
  | 'isapi-user'
  | 'keep-period'
  | 'people-import'
  | 'signed-file'
  | 'staff-call'
  | 'staff-review'
  | 'tamper';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
/** A JSON object; a field that is undefined is left out. */
export type RegisterBody = Readonly<Record<string, Json | undefined>>;

export interface RegisterEntry {
  readonly id: string;
  readonly atMs: number;
  /** The register's own word, for example `open`. */
  readonly state: string;
  readonly subjectId?: string;
  readonly body: RegisterBody;
}

/** Where a walk over all registers stands. */
export interface RegisterPlace {
  readonly register: string;
  readonly id: string;
}

export class Registers {
  readonly #db: Database;
  readonly #keys: Keyring;

  constructor(db: Database, keys: Keyring) {
    this.#db = db;
    this.#keys = keys;
  }

  /** @param confidential what names people or was told in confidence: kept as ciphertext bound to its entry. */
  add(register: RegisterName, entry: RegisterEntry, confidential?: RegisterBody): void {
    this.#db.run(
      'INSERT INTO register_entry (register, id, at, state, subject_id, body, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)',
      register,
      entry.id,
      entry.atMs,
      entry.state,
      entry.subjectId ?? null,
      canonicalJson(entry.body),
      this.#sealed(register, entry.id, confidential),
    );
  }

  /** Replaces state and body; what is sealed stays, or is replaced too when given. @throws MenshenError `not-found`. */
  update(register: RegisterName, id: string, state: string, body: RegisterBody, confidential?: RegisterBody): void {
    const changed = this.#db.run(
      'UPDATE register_entry SET state = ?, body = ?, sealed = coalesce(?, sealed) WHERE register = ? AND id = ?',
      state,
      canonicalJson(body),
      this.#sealed(register, id, confidential),
      register,
      id,
    );
    if (changed === 0) throw notThere(register);
  }

  get(register: RegisterName, id: string): RegisterEntry | undefined {
    const row = this.#db.get('SELECT * FROM register_entry WHERE register = ? AND id = ?', register, id);
    return row === undefined ? undefined : entryOf(row);
  }

  /** @throws MenshenError `not-found`, `integrity-violation`. */
  confidential(register: RegisterName, id: string): RegisterBody | undefined {
    const row = this.#db.get('SELECT sealed FROM register_entry WHERE register = ? AND id = ?', register, id);
    if (row === undefined) throw notThere(register);
    const sealed = row.sealed;
    if (!(sealed instanceof Uint8Array)) return undefined;
    // Sealed by `add` alone.
    return JSON.parse(
      Buffer.from(this.#keys.unseal('confidential', sealed, registerBoundTo(register, id))).toString('utf8'),
    ) as RegisterBody;
  }

  /** Newest first, unless asked otherwise. */
  list(
    register: RegisterName,
    options: { state?: string; limit?: number; oldestFirst?: boolean } = {},
  ): RegisterEntry[] {
    const { state, limit = 500, oldestFirst = false } = options;
    const order = oldestFirst ? 'ASC' : 'DESC';
    return this.#db
      .all(
        `SELECT * FROM register_entry WHERE register = ? ${state === undefined ? '' : 'AND state = ?'}
         ORDER BY at ${order}, id ${order} LIMIT ?`,
        ...(state === undefined ? [register, limit] : [register, state, limit]),
      )
      .map(entryOf);
  }

  /** What registers hold of one person, without what is sealed; reads the whole table. */
  ofSubject(subjectId: string): { readonly register: string; readonly entry: RegisterEntry }[] {
    return this.#db
      .all('SELECT * FROM register_entry WHERE subject_id = ? ORDER BY at', subjectId)
      .map((row) => ({ register: textOf(row, 'register'), entry: entryOf(row) }));
  }

  /** Entries of a state whose moment has come, oldest first. */
  due(register: RegisterName, state: string, atMs: number, limit = 500): RegisterEntry[] {
    return this.#db
      .all(
        'SELECT * FROM register_entry WHERE register = ? AND state = ? AND at <= ? ORDER BY at LIMIT ?',
        register,
        state,
        atMs,
        limit,
      )
      .map(entryOf);
  }

  count(register: RegisterName, state?: string): number {
    const row = this.#db.get(
      `SELECT count(*) AS n FROM register_entry WHERE register = ? ${state === undefined ? '' : 'AND state = ?'}`,
      ...(state === undefined ? [register] : [register, state]),
    );
    return numberOf(row ?? {}, 'n');
  }

  /**
   * Seals some entries anew under the current key, in the table's order.
   *
   * @param after where the slice before ended; undefined for the first.
   * @returns where this one ended; undefined when nothing is left.
   */
  sealAnew(after: RegisterPlace | undefined, limit: number): (RegisterPlace & { readonly sealed: number }) | undefined {
    const rows = this.#db.all(
      'SELECT register, id, sealed FROM register_entry WHERE (register, id) > (?, ?) ORDER BY register, id LIMIT ?',
      after?.register ?? '',
      after?.id ?? '',
      limit,
    );
    let sealed = 0;
    for (const row of rows) if (row.sealed !== null && this.#sealRowAnew(row)) sealed += 1;
    const last = rows.at(-1);
    return last === undefined ? undefined : { register: textOf(last, 'register'), id: textOf(last, 'id'), sealed };
  }

  /** One that does not open stays as it is: it opened under no other key either. */
  #sealRowAnew(row: Row): boolean {
    const [register, id] = [textOf(row, 'register'), textOf(row, 'id')];
    const place = registerBoundTo(register, id);
    try {
      const plain = this.#keys.unseal('confidential', bytesOf(row, 'sealed'), place);
      const anew = this.#keys.seal('confidential', plain, place);
      return this.#db.run('UPDATE register_entry SET sealed = ? WHERE register = ? AND id = ?', anew, register, id) > 0;
    } catch (thrown) {
      if (thrown instanceof MenshenError && thrown.code === 'integrity-violation') return false;
      throw thrown;
    }
  }

  /** For one-time codes and what is past its keeping period. */
  remove(register: RegisterName, id: string): boolean {
    return this.#db.run('DELETE FROM register_entry WHERE register = ? AND id = ?', register, id) > 0;
  }

  #sealed(register: RegisterName, id: string, confidential: RegisterBody | undefined): Uint8Array | null {
    if (confidential === undefined) return null;
    return this.#keys.seal('confidential', Buffer.from(canonicalJson(confidential)), registerBoundTo(register, id));
  }
}

export function entryOf(row: Row): RegisterEntry {
  const subjectId = optionalTextOf(row, 'subject_id');
  return {
    id: textOf(row, 'id'),
    atMs: numberOf(row, 'at'),
    state: textOf(row, 'state'),
    ...(subjectId === undefined ? {} : { subjectId }),
    // Written by `add` and `update` alone.
    body: JSON.parse(textOf(row, 'body')) as RegisterBody,
  };
}

/** What an entry's sealed part is bound to. */
export const registerBoundTo = (register: string, id: string): string => `menshen:register:${register}:${id}`;

const notThere = (register: RegisterName): MenshenError =>
  new MenshenError('not-found', `There is no such entry in the register of ${register}s.`);
