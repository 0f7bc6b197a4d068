/** What doors remember: their state, grants that wait for word of a passage, and the area each person entered last. */
import type { Randomness } from '../core/index.js';
import { seal, unseal } from '../crypto/index.js';
import type { Database, Row } from './database.js';
import { bytesOf, numberOf, optionalTextOf, textOf } from './rows.js';
import type { KeyVault } from './vault.js';

export interface DoorStateRow {
  readonly doorId: string;
  readonly state: 'normal' | 'lock-down' | 'free';
  readonly reason: string;
  readonly changedBy: string;
  readonly changedAtMs: number;
}

export interface AwaitedPassage {
  readonly verificationId: string;
  readonly doorId: string;
  /** Of the grant's event. */
  readonly serial: number;
  readonly subjectId: string;
  /** Who came first, at a door for two persons. */
  readonly firstSubjectId?: string;
  /** Until when the grant may be used. */
  readonly expiresAtMs: number;
}

export interface LastEntry {
  readonly area: string;
  readonly atMs: number;
}

export class DoorRecords {
  readonly #db: Database;
  readonly #vault: KeyVault;
  readonly #randomness: Randomness;

  constructor(db: Database, vault: KeyVault, randomness: Randomness) {
    this.#db = db;
    this.#vault = vault;
    this.#randomness = randomness;
  }

  /** Of doors whose state was ever changed. */
  states(): DoorStateRow[] {
    return this.#db.all('SELECT * FROM door_state ORDER BY door_id').map(stateOf);
  }

  setState({ doorId, state, reason, changedBy, changedAtMs }: DoorStateRow): void {
    this.#db.run(
      `INSERT INTO door_state (door_id, state, reason, changed_by, changed_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (door_id) DO UPDATE SET state = excluded.state, reason = excluded.reason,
         changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
      ...[doorId, state, reason, changedBy, changedAtMs],
    );
  }

  await({ verificationId, doorId, serial, subjectId, firstSubjectId, expiresAtMs }: AwaitedPassage): void {
    this.#db.run(
      `INSERT INTO awaited_passage (verification_id, door_id, serial, subject_id, first_subject_id, expires_at)
       VALUES (?, ?, ?, ?, ?, ?)`,
      ...[verificationId, doorId, serial, subjectId, firstSubjectId ?? null, expiresAtMs],
    );
  }

  /** In the order of their grants. */
  awaited(): AwaitedPassage[] {
    return this.#db.all('SELECT * FROM awaited_passage ORDER BY serial').map(awaitedOf);
  }

  /** @returns false when nothing was awaited (any more). */
  settle(verificationId: string): boolean {
    return this.#db.run('DELETE FROM awaited_passage WHERE verification_id = ?', verificationId) > 0;
  }

  /** Takes the place of the entry before. @throws MenshenError `not-found` for somebody who is gone. */
  setLastEntry(subjectId: string, entry: LastEntry, forgetAtMs: number): void {
    const key = this.#vault.profileKey(subjectId);
    const sealed = seal(key, Buffer.from(JSON.stringify(entry)), boundTo(subjectId), this.#randomness);
    key.fill(0);
    this.#db.run(
      `INSERT INTO last_entry (subject_id, sealed, forget_at) VALUES (?, ?, ?)
       ON CONFLICT (subject_id) DO UPDATE SET sealed = excluded.sealed, forget_at = excluded.forget_at`,
      ...[subjectId, sealed, forgetAtMs],
    );
  }

  /** @throws MenshenError `integrity-violation`. */
  lastEntry(subjectId: string): LastEntry | undefined {
    const row = this.#db.get('SELECT sealed FROM last_entry WHERE subject_id = ?', subjectId);
    if (row === undefined) return undefined;
    const key = this.#vault.profileKey(subjectId);
    try {
      // Written by `setLastEntry` alone.
      return JSON.parse(Buffer.from(unseal(key, bytesOf(row, 'sealed'), boundTo(subjectId))).toString()) as LastEntry;
    } finally {
      key.fill(0);
    }
  }

  hasEntry(subjectId: string): boolean {
    return this.#db.get('SELECT 1 FROM last_entry WHERE subject_id = ?', subjectId) !== undefined;
  }

  /** @param atMs left out: all of them. @returns how many were forgotten. */
  forgetEntries(atMs = Number.MAX_SAFE_INTEGER): number {
    return this.#db.run('DELETE FROM last_entry WHERE forget_at <= ?', atMs);
  }

  lastEntries(): number {
    return numberOf(this.#db.get('SELECT count(*) AS n FROM last_entry') ?? {}, 'n');
  }
}

function stateOf(row: Row): DoorStateRow {
  const state = textOf(row, 'state');
  return {
    doorId: textOf(row, 'door_id'),
    // The schema knows no fourth.
    state: state === 'lock-down' || state === 'free' ? state : 'normal',
    reason: textOf(row, 'reason'),
    changedBy: textOf(row, 'changed_by'),
    changedAtMs: numberOf(row, 'changed_at'),
  };
}

function awaitedOf(row: Row): AwaitedPassage {
  const firstSubjectId = optionalTextOf(row, 'first_subject_id');
  return {
    verificationId: textOf(row, 'verification_id'),
    doorId: textOf(row, 'door_id'),
    serial: numberOf(row, 'serial'),
    subjectId: textOf(row, 'subject_id'),
    ...(firstSubjectId === undefined ? {} : { firstSubjectId }),
    expiresAtMs: numberOf(row, 'expires_at'),
  };
}

const boundTo = (subjectId: string): string => `menshen:last-entry:${subjectId}:1`;
