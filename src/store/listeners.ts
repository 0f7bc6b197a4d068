import { MenshenError } from '../core/index.js';
import { canonicalJson } from '../crypto/index.js';
import type { Database, Row } from './database.js';
import type { Keyring } from './keyring.js';
import { bytesOf, numberOf, optionalTextOf, textOf } from './rows.js';

export interface ListenerRow {
  readonly id: string;
  readonly label: string;
  readonly url: string;
  /** PEM. */
  readonly authority?: string;
  /** Kinds of events that are wanted; none named means all. */
  readonly kinds: readonly string[];
  readonly heartbeatSeconds: number;
  /** Names the secret in signatures. */
  readonly keyId: string;
  readonly createdAtMs: number;
  /** Serial up to which everything was acknowledged, set aside or not wanted. */
  readonly cursor: number;
  /** How often the listener refused the event after the cursor. */
  readonly refusals: number;
}

export interface DeadLetterRow {
  readonly serial: number;
  readonly setAsideAtMs: number;
  /** What the listener answered. */
  readonly status: number;
  /** It is to be sent once more. */
  readonly again: boolean;
}

/** Who is told of events, how far each of them is, and what they refused. */
export class Listeners {
  readonly #db: Database;
  readonly #keys: Keyring;

  constructor(db: Database, keys: Keyring) {
    this.#db = db;
    this.#keys = keys;
  }

  /** The secret is sealed together with where it is used: an address that is changed behind our back opens nothing. */
  add(row: Omit<ListenerRow, 'refusals'>, secret: string): void {
    const sealed = this.#keys.seal('device-secrets', Buffer.from(secret), boundTo(row));
    this.#db.run(
      `INSERT INTO listener (id, label, url, authority, kinds, heartbeat_seconds, key_id, sealed, created_at, cursor)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      row.id,
      row.label,
      row.url,
      row.authority ?? null,
      JSON.stringify(row.kinds),
      row.heartbeatSeconds,
      row.keyId,
      sealed,
      row.createdAtMs,
      row.cursor,
    );
  }

  list(): ListenerRow[] {
    return this.#db.all('SELECT * FROM listener ORDER BY created_at, id').map(listenerOf);
  }

  get(id: string): ListenerRow | undefined {
    const row = this.#db.get('SELECT * FROM listener WHERE id = ?', id);
    return row === undefined ? undefined : listenerOf(row);
  }

  /** @throws MenshenError `integrity-violation` when the row was changed. Undefined when the listener is gone. */
  secret(id: string): string | undefined {
    const row = this.#db.get('SELECT * FROM listener WHERE id = ?', id);
    if (row === undefined) return undefined;
    return Buffer.from(this.#opened(row)).toString('utf8');
  }

  /** Under the current version of the key; one that does not open stays as it is, and opens nothing. @returns how many. */
  sealAnew(): { readonly done: number; readonly damaged: number } {
    let [done, damaged] = [0, 0];
    for (const row of this.#db.all('SELECT * FROM listener')) {
      try {
        const { id } = listenerOf(row);
        const sealed = this.#keys.seal('device-secrets', this.#opened(row), boundTo(listenerOf(row)));
        this.#db.run('UPDATE listener SET sealed = ? WHERE id = ?', sealed, id);
        done += 1;
      } catch (thrown) {
        if (!(thrown instanceof MenshenError) || thrown.code !== 'integrity-violation') throw thrown;
        damaged += 1;
      }
    }
    return { done, damaged };
  }

  #opened(row: Row): Uint8Array {
    return this.#keys.unseal('device-secrets', bytesOf(row, 'sealed'), boundTo(listenerOf(row)));
  }

  remove(id: string): boolean {
    return this.#db.run('DELETE FROM listener WHERE id = ?', id) > 0;
  }

  /** Never back. */
  moveCursor(id: string, serial: number): void {
    this.#db.run('UPDATE listener SET cursor = ?, refusals = 0 WHERE id = ? AND cursor < ?', serial, id, serial);
  }

  /** @returns how often it refused what comes after its cursor by now. */
  countRefusal(id: string): number {
    this.#db.run('UPDATE listener SET refusals = refusals + 1 WHERE id = ?', id);
    return this.get(id)?.refusals ?? 0;
  }

  addDeadLetter(id: string, { serial, setAsideAtMs, status }: Omit<DeadLetterRow, 'again'>): void {
    this.#db.run(
      `INSERT INTO dead_letter (listener_id, serial, at, status, again) VALUES (?, ?, ?, ?, 0)
       ON CONFLICT (listener_id, serial) DO UPDATE SET at = excluded.at, status = excluded.status, again = 0`,
      id,
      serial,
      setAsideAtMs,
      status,
    );
  }

  deadLetters(id: string, afterSerial: number, limit: number): DeadLetterRow[] {
    return this.#db
      .all(
        'SELECT * FROM dead_letter WHERE listener_id = ? AND serial > ? ORDER BY serial LIMIT ?',
        id,
        afterSerial,
        limit,
      )
      .map(deadLetterOf);
  }

  countDeadLetters(id: string): number {
    return numberOf(this.#db.get('SELECT count(*) AS n FROM dead_letter WHERE listener_id = ?', id) ?? {}, 'n');
  }

  /** @param serials all of them when left out. @returns how many there are to be sent once more. */
  sendAgain(id: string, serials?: readonly number[]): number {
    if (serials === undefined) return this.#db.run('UPDATE dead_letter SET again = 1 WHERE listener_id = ?', id);
    return this.#db.run(
      'UPDATE dead_letter SET again = 1 WHERE listener_id = ? AND serial IN (SELECT value FROM json_each(?))',
      id,
      JSON.stringify(serials),
    );
  }

  /** The first that is to be sent once more. */
  nextAgain(id: string): number | undefined {
    const row = this.#db.get(
      'SELECT serial FROM dead_letter WHERE listener_id = ? AND again = 1 ORDER BY serial LIMIT 1',
      id,
    );
    return row === undefined ? undefined : numberOf(row, 'serial');
  }

  removeDeadLetter(id: string, serial: number): void {
    this.#db.run('DELETE FROM dead_letter WHERE listener_id = ? AND serial = ?', id, serial);
  }
}

function boundTo({ id, url, authority, kinds, heartbeatSeconds, keyId }: Omit<ListenerRow, 'refusals'>): string {
  return `menshen:listener:${canonicalJson({ id, url, authority: authority ?? null, kinds, heartbeatSeconds, keyId })}`;
}

function listenerOf(row: Row): ListenerRow {
  const authority = optionalTextOf(row, 'authority');
  return {
    id: textOf(row, 'id'),
    label: textOf(row, 'label'),
    url: textOf(row, 'url'),
    ...(authority === undefined ? {} : { authority }),
    // Written by `add` alone.
    kinds: JSON.parse(textOf(row, 'kinds')) as string[],
    heartbeatSeconds: numberOf(row, 'heartbeat_seconds'),
    keyId: textOf(row, 'key_id'),
    createdAtMs: numberOf(row, 'created_at'),
    cursor: numberOf(row, 'cursor'),
    refusals: numberOf(row, 'refusals'),
  };
}

function deadLetterOf(row: Row): DeadLetterRow {
  return {
    serial: numberOf(row, 'serial'),
    setAsideAtMs: numberOf(row, 'at'),
    status: numberOf(row, 'status'),
    again: numberOf(row, 'again') === 1,
  };
}
