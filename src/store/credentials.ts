import { randomUUID } from 'node:crypto';
import { MenshenError, type Randomness } from '../core/index.js';
import { keyedHash, seal, unseal } from '../crypto/index.js';
import type { Database } from './database.js';
import { bytesOf, numberOf, textOf } from './rows.js';
import type { KeyVault } from './vault.js';

export interface PinRecord {
  readonly salt: Uint8Array;
  readonly verifier: Uint8Array;
  /** Of a second PIN, hashed with the same salt, that opens like the first and raises a silent alarm. */
  readonly duressVerifier?: Uint8Array;
}

export interface AttemptCount {
  readonly failures: number;
  readonly lockedUntilMs: number;
}

/** PIN verifiers, cards and the counters of failed attempts. */
export class Credentials {
  readonly #db: Database;
  readonly #vault: KeyVault;
  readonly #lookupKey: Uint8Array;
  readonly #randomness: Randomness;

  constructor(db: Database, vault: KeyVault, lookupKey: Uint8Array, randomness: Randomness) {
    this.#db = db;
    this.#vault = vault;
    this.#lookupKey = lookupKey;
    this.#randomness = randomness;
  }

  /** A duress PIN stays as it is. */
  setPin(subjectId: string, pin: Pick<PinRecord, 'salt' | 'verifier'>, nowMs: number): void {
    this.#db.run(
      `INSERT INTO pin (subject_id, salt, verifier, changed_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (subject_id) DO UPDATE SET salt = excluded.salt, verifier = excluded.verifier, changed_at = excluded.changed_at`,
      subjectId,
      pin.salt,
      pin.verifier,
      nowMs,
    );
  }

  pin(subjectId: string): PinRecord | undefined {
    const row = this.#db.get('SELECT salt, verifier, duress_verifier FROM pin WHERE subject_id = ?', subjectId);
    if (row === undefined) return undefined;
    const duress = row.duress_verifier === null ? {} : { duressVerifier: bytesOf(row, 'duress_verifier') };
    return { salt: bytesOf(row, 'salt'), verifier: bytesOf(row, 'verifier'), ...duress };
  }

  /** @param verifier hashed with the PIN's salt; undefined takes it away. @returns false where there is no PIN. */
  setDuressVerifier(subjectId: string, verifier: Uint8Array | undefined): boolean {
    return this.#db.run('UPDATE pin SET duress_verifier = ? WHERE subject_id = ?', verifier ?? null, subjectId) > 0;
  }

  /** And the duress PIN with it. */
  removePin(subjectId: string): boolean {
    return this.#db.run('DELETE FROM pin WHERE subject_id = ?', subjectId) > 0;
  }

  /** @throws MenshenError `conflict` when the card belongs to somebody already. */
  addCard(subjectId: string, cardNumber: string, nowMs: number): string {
    const index = this.cardIndex(cardNumber);
    if (this.#db.get('SELECT 1 FROM card WHERE card_index = ?', index) !== undefined) {
      throw new MenshenError('conflict', 'This card is registered already. Remove it from its holder first.');
    }
    const id = randomUUID();
    const key = this.#vault.profileKey(subjectId);
    const sealed = seal(key, Buffer.from(cardNumber), cardBoundTo(id, subjectId), this.#randomness);
    key.fill(0);
    this.#db.run(
      'INSERT INTO card (id, subject_id, card_index, sealed, added_at) VALUES (?, ?, ?, ?, ?)',
      id,
      subjectId,
      index,
      sealed,
      nowMs,
    );
    return id;
  }

  /** Who holds the card; nobody when its row was moved to somebody else behind the daemon's back. */
  cardHolder(cardNumber: string): string | undefined {
    const row = this.#db.get('SELECT id, subject_id FROM card WHERE card_index = ?', this.cardIndex(cardNumber));
    if (row === undefined) return undefined;
    const subjectId = textOf(row, 'subject_id');
    return this.#opens(subjectId, textOf(row, 'id'), cardNumber) ? subjectId : undefined;
  }

  cardsOf(subjectId: string): { id: string; addedAtMs: number }[] {
    return this.#db
      .all('SELECT id, added_at FROM card WHERE subject_id = ? ORDER BY added_at, id', subjectId)
      .map((row) => ({ id: textOf(row, 'id'), addedAtMs: numberOf(row, 'added_at') }));
  }

  removeCard(subjectId: string, cardId: string): boolean {
    return this.#db.run('DELETE FROM card WHERE id = ? AND subject_id = ?', cardId, subjectId) > 0;
  }

  /** Keyed hash that stands for a card number in the index and in the attempt counters. */
  cardIndex(cardNumber: string): Uint8Array {
    return keyedHash(this.#lookupKey, `card:${cardNumber}`);
  }

  attempts(who: Uint8Array): AttemptCount {
    const row = this.#db.get('SELECT failures, locked_until FROM attempt WHERE who = ?', who);
    if (row === undefined) return { failures: 0, lockedUntilMs: 0 };
    return { failures: numberOf(row, 'failures'), lockedUntilMs: numberOf(row, 'locked_until') };
  }

  recordFailure(who: Uint8Array, count: AttemptCount, nowMs: number): void {
    this.#db.run(
      `INSERT INTO attempt (who, failures, locked_until, last_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (who) DO UPDATE SET failures = excluded.failures, locked_until = excluded.locked_until, last_at = excluded.last_at`,
      who,
      count.failures,
      count.lockedUntilMs,
      nowMs,
    );
  }

  clearAttempts(who: Uint8Array): void {
    this.#db.run('DELETE FROM attempt WHERE who = ?', who);
  }

  /** Counters nobody touched since `beforeMs`, so that guesses at unknown people do not fill the disk. */
  forgetAttemptsBefore(beforeMs: number): void {
    this.#db.run('DELETE FROM attempt WHERE last_at < ?', beforeMs);
  }

  any(): boolean {
    return this.#db.get('SELECT 1 FROM pin UNION ALL SELECT 1 FROM card LIMIT 1') !== undefined;
  }

  /** The number itself, for a panel that must be told it. @throws MenshenError `integrity-violation`. */
  cardNumber(subjectId: string, cardId: string): string | undefined {
    const row = this.#db.get('SELECT sealed FROM card WHERE subject_id = ? AND id = ?', subjectId, cardId);
    if (row === undefined) return undefined;
    const key = this.#vault.profileKey(subjectId);
    try {
      return Buffer.from(unseal(key, bytesOf(row, 'sealed'), cardBoundTo(cardId, subjectId))).toString('utf8');
    } finally {
      key.fill(0);
    }
  }

  #opens(subjectId: string, cardId: string, cardNumber: string): boolean {
    try {
      return this.cardNumber(subjectId, cardId) === cardNumber;
    } catch (thrown) {
      if (thrown instanceof MenshenError && thrown.code === 'integrity-violation') return false;
      throw thrown;
    }
  }
}

const cardBoundTo = (cardId: string, subjectId: string): string => `menshen:card:${cardId}:${subjectId}:1`;
