import { randomUUID } from 'node:crypto';
import { MenshenError, type Randomness } from '../core/index.js';
import { keyedHash, seal, unseal } from '../crypto/index.js';
import type { Database, Row } from './database.js';
import { dayAndMoment, endsAfterSql, endsBySql } from './expiry-day.js';
import type { Keyring } from './keyring.js';
import { bytesOf, numberOf, textOf } from './rows.js';
import type { KeyVault } from './vault.js';

export type AgeBand = 'adult' | 'minor' | 'undeclared';

/** What is held about a person besides credentials, consents and the template; sealed under the person's own key. */
export interface Profile {
  readonly personNumber?: string;
  readonly displayName?: string;
  /** Who consented for a child: the name behind the pseudonym in the consent's record. */
  readonly guardian?: { readonly pseudonym: string; readonly name: string };
  /** Groups of the door rules. Sealed with the rest: nobody who can write to the disk puts people into groups. */
  readonly groups?: readonly string[];
}

export interface Subject {
  readonly id: string;
  readonly ageBand: AgeBand;
  readonly createdAtMs: number;
  /** When everything about the person goes. */
  readonly expiresAtMs: number;
}

/** An id for somebody who is about to be added. */
export const newSubjectId = (): string => `s-${randomUUID()}`;

export class Subjects {
  readonly #db: Database;
  readonly #vault: KeyVault;
  readonly #keys: Keyring;
  readonly #randomness: Randomness;

  constructor(db: Database, vault: KeyVault, keys: Keyring, randomness: Randomness) {
    this.#db = db;
    this.#vault = vault;
    this.#keys = keys;
    this.#randomness = randomness;
  }

  add(
    profile: Profile,
    ageBand: AgeBand,
    times: { nowMs: number; expiresAtMs: number },
    id: string = newSubjectId(),
  ): Subject {
    const subject = { id, ageBand, createdAtMs: times.nowMs, expiresAtMs: times.expiresAtMs };
    const index = profile.personNumber === undefined ? null : this.personIndex(profile.personNumber);
    if (profile.personNumber !== undefined && this.byPersonNumber(profile.personNumber) !== undefined) {
      throw new MenshenError(
        'conflict',
        'This person number is taken. Choose another, or erase the other person first.',
      );
    }
    this.#db.transaction(() => {
      this.#db.run(
        'INSERT INTO subject (id, person_index, profile, age_band, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
        subject.id,
        index,
        new Uint8Array(0),
        ageBand,
        subject.createdAtMs,
        subject.expiresAtMs,
      );
      const { key } = this.#vault.create('profile', subject.id, 'none');
      this.#sealProfile(subject.id, profile, key);
    });
    return subject;
  }

  /** Adds or replaces the guardian's name. @throws MenshenError `not-found`. */
  setGuardian(id: string, guardian: { readonly pseudonym: string; readonly name: string }): void {
    this.#sealProfile(id, { ...this.profile(id), guardian }, this.#vault.profileKey(id));
  }

  /** Takes the place of the groups before. @throws MenshenError `not-found`. */
  setGroups(id: string, groups: readonly string[]): void {
    const { groups: _before, ...profile } = this.profile(id);
    const next = groups.length === 0 ? profile : { ...profile, groups };
    this.#sealProfile(id, next, this.#vault.profileKey(id));
  }

  /** From the 14th birthday on the person speaks for themself. */
  setAgeBand(id: string, ageBand: AgeBand): void {
    this.#db.run('UPDATE subject SET age_band = ? WHERE id = ?', ageBand, id);
  }

  get(id: string): Subject | undefined {
    const row = this.#db.get('SELECT * FROM subject WHERE id = ?', id);
    return row === undefined ? undefined : subjectOf(row);
  }

  /** @throws MenshenError `not-found`. */
  require(id: string): Subject {
    const subject = this.get(id);
    if (subject === undefined) throw new MenshenError('not-found', 'There is no person with this id.');
    return subject;
  }

  profile(id: string): Profile {
    const row = this.#db.get('SELECT profile FROM subject WHERE id = ?', id);
    if (row === undefined) throw new MenshenError('not-found', 'There is no person with this id.');
    const key = this.#vault.profileKey(id);
    try {
      const plain = unseal(key, bytesOf(row, 'profile'), profileBoundTo(id));
      // Written by `#sealProfile` alone.
      return JSON.parse(Buffer.from(plain).toString('utf8')) as Profile;
    } finally {
      key.fill(0);
    }
  }

  byPersonNumber(personNumber: string): Subject | undefined {
    // More than one while the index is moved to a new key.
    for (const { bytes } of this.#keys.versions('lookup')) {
      const row = this.#db.get('SELECT * FROM subject WHERE person_index = ?', personIndex(bytes, personNumber));
      if (row !== undefined) return subjectOf(row);
    }
    return undefined;
  }

  /** Keyed hash that stands for a person number in the index and in the attempt counters. */
  personIndex(personNumber: string): Uint8Array {
    return personIndex(this.#keys.lookup, personNumber);
  }

  /**
   * Puts the person's number into the index under the current key. @returns false when its seal does not open: they stay
   * to be found by their id.
   */
  indexAnew(id: string): boolean {
    try {
      const { personNumber } = this.profile(id);
      if (personNumber !== undefined)
        this.#db.run('UPDATE subject SET person_index = ? WHERE id = ?', this.personIndex(personNumber), id);
      return true;
    } catch (thrown) {
      if (thrown instanceof MenshenError && thrown.code === 'integrity-violation') return false;
      throw thrown;
    }
  }

  list(after: string, limit: number): Subject[] {
    return this.#db.all('SELECT * FROM subject WHERE id > ? ORDER BY id LIMIT ?', after, limit).map(subjectOf);
  }

  count(): number {
    return numberOf(this.#db.get('SELECT count(*) AS n FROM subject') ?? {}, 'n');
  }

  /**
   * Whose time is over, in the order in which erasing is cheapest. The plus keeps SQLite from walking everybody in that
   * order: with 100,000 people that took tenths of a second of a gate that answers nobody meanwhile.
   */
  due(nowMs: number): string[] {
    return this.#db
      .all(`SELECT id FROM subject WHERE ${endsBySql} ORDER BY +id`, ...dayAndMoment(nowMs))
      .map((row) => textOf(row, 'id'));
  }

  /**
   * The person was let in on this day (days since 1970). Written when the day is a later one, so once a day at most;
   * nothing happens for somebody who is gone.
   */
  markUsed(id: string, day: number): void {
    this.#db.run(
      `INSERT INTO subject_use (subject_id, day) SELECT id, ? FROM subject WHERE id = ?
       ON CONFLICT (subject_id) DO UPDATE SET day = excluded.day WHERE day < excluded.day`,
      day,
      id,
    );
  }

  /** Days since 1970; undefined where nobody counts them. */
  lastUseDay(id: string): number | undefined {
    const row = this.#db.get('SELECT day FROM subject_use WHERE subject_id = ?', id);
    return row === undefined ? undefined : numberOf(row, 'day');
  }

  /** Where nobody counts them, no days are kept. */
  forgetUse(): void {
    if (this.#db.get('SELECT 1 FROM subject_use LIMIT 1') !== undefined) this.#db.run('DELETE FROM subject_use');
  }

  /** How many people's end lies after `fromMs` and at or before `untilMs`. */
  countDue(fromMs: number, untilMs: number): number {
    const sql = `SELECT count(*) AS n FROM subject WHERE ${endsAfterSql} AND ${endsBySql}`;
    return numberOf(this.#db.get(sql, ...dayAndMoment(fromMs), ...dayAndMoment(untilMs)) ?? {}, 'n');
  }

  setExpiry(id: string, expiresAtMs: number): void {
    this.#db.run('UPDATE subject SET expires_at = ? WHERE id = ?', expiresAtMs, id);
  }

  /** The rows alone; `KeyVault.advancePast` must follow. Keys, templates, PIN and cards go with it. */
  remove(id: string): void {
    this.#db.run('DELETE FROM subject WHERE id = ?', id);
  }

  /** @param key wiped here. */
  #sealProfile(id: string, profile: Profile, key: Uint8Array): void {
    const sealed = seal(key, Buffer.from(JSON.stringify(profile)), profileBoundTo(id), this.#randomness);
    key.fill(0);
    this.#db.run('UPDATE subject SET profile = ? WHERE id = ?', sealed, id);
  }

  noticeSeen(id: string, noticeHash: string): boolean {
    return (
      this.#db.get('SELECT 1 FROM notice_seen WHERE subject_id = ? AND notice_hash = ?', id, noticeHash) !== undefined
    );
  }

  markNoticeSeen(id: string, noticeHash: string, atMs: number): void {
    this.#db.run(
      'INSERT OR IGNORE INTO notice_seen (subject_id, notice_hash, at) VALUES (?, ?, ?)',
      id,
      noticeHash,
      atMs,
    );
  }
}

export function subjectOf(row: Row): Subject {
  const ageBand = textOf(row, 'age_band');
  return {
    id: textOf(row, 'id'),
    ageBand: ageBand === 'adult' || ageBand === 'minor' ? ageBand : 'undeclared',
    createdAtMs: numberOf(row, 'created_at'),
    expiresAtMs: numberOf(row, 'expires_at'),
  };
}

const personIndex = (key: Uint8Array, personNumber: string): Uint8Array => keyedHash(key, `person:${personNumber}`);

/** What a sealed profile is bound to. */
export const profileBoundTo = (subjectId: string): string => `menshen:profile:${subjectId}:1`;
