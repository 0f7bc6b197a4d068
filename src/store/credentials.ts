import { randomUUID } from 'node:crypto';
import { MenshenError, type Randomness } from '../core/index.js';
import { keyedHash, seal, unseal } from '../crypto/index.js';
import type { Database, Row } from './database.js';
import type { Keyring } from './keyring.js';
import { bytesOf, numberOf, textOf } from './rows.js';
import type { KeyVault } from './vault.js';

export interface PinRecord {
  readonly salt: Uint8Array;
  readonly verifier: Uint8Array;
  /** Of a second PIN, hashed with the same salt, that opens like the first and raises a silent alarm. */
  readonly duressVerifier?: Uint8Array;
  /** Version of the pepper in the verifier. */
  readonly pepper: number;
}

/** Without a version the pepper is the one in force. */
type NewPin = Omit<PinRecord, 'pepper'> & Partial<Pick<PinRecord, 'pepper'>>;

export interface AttemptCount {
  readonly failures: number;
  readonly lockedUntilMs: number;
}

/** PIN verifiers, cards and the counters of failed attempts. */
export class Credentials {
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

  /** A duress PIN stays as it is. */
  setPin(subjectId: string, pin: Omit<NewPin, 'duressVerifier'>, nowMs: number): void {
    this.#db.run(
      `INSERT INTO pin (subject_id, salt, verifier, changed_at, pepper) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (subject_id) DO UPDATE SET salt = excluded.salt, verifier = excluded.verifier,
         changed_at = excluded.changed_at, pepper = excluded.pepper`,
      subjectId,
      pin.salt,
      pin.verifier,
      nowMs,
      pin.pepper ?? this.#keys.current('pin-pepper').version,
    );
  }

  pin(subjectId: string): PinRecord | undefined {
    const row = this.#db.get('SELECT salt, verifier, duress_verifier, pepper FROM pin WHERE subject_id = ?', subjectId);
    if (row === undefined) return undefined;
    const duress = row.duress_verifier === null ? {} : { duressVerifier: bytesOf(row, 'duress_verifier') };
    return {
      salt: bytesOf(row, 'salt'),
      verifier: bytesOf(row, 'verifier'),
      ...duress,
      pepper: numberOf(row, 'pepper'),
    };
  }

  /** The same PIN under the current pepper, in place of the verifier that was just found right. */
  renewPin(subjectId: string, before: PinRecord, after: PinRecord): void {
    this.#db.run(
      'UPDATE pin SET salt = ?, verifier = ?, pepper = ? WHERE subject_id = ? AND verifier = ?',
      after.salt,
      after.verifier,
      after.pepper,
      subjectId,
      before.verifier,
    );
  }

  /** PINs whose verifier hangs on another pepper than this version. */
  countPinsNotOf(pepper: number): number {
    return numberOf(this.#db.get('SELECT count(*) AS n FROM pin WHERE pepper <> ?', pepper) ?? {}, 'n');
  }

  /** @returns whose PINs went: they must be set again. */
  removePinsNotOf(pepper: number): string[] {
    const gone = this.#db.all('SELECT subject_id FROM pin WHERE pepper <> ?', pepper);
    this.#db.run('DELETE FROM pin WHERE pepper <> ?', pepper);
    return gone.map((row) => textOf(row, 'subject_id'));
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
  addCard(subjectId: string, cardNumber: string, nowMs: number, id: string = randomUUID()): string {
    const index = this.cardIndex(cardNumber);
    if (this.#cardRow(cardNumber) !== undefined) {
      throw new MenshenError('conflict', 'This card is registered already. Remove it from its holder first.');
    }
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
    const row = this.#cardRow(cardNumber);
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
    return cardIndex(this.#keys.lookup, cardNumber);
  }

  /** The one counter of a person, whatever names them. */
  counterOf(subjectId: string): Uint8Array {
    return counterOf(this.#keys.lookup, subjectId);
  }

  /** Puts a person's cards into the index under the current key. @returns how many of them do not open. */
  indexAnew(subjectId: string): number {
    let damaged = 0;
    for (const { id } of this.cardsOf(subjectId)) {
      const number = this.#numberOrDamaged(subjectId, id);
      if (number === undefined) damaged += 1;
      else
        this.#db.run(
          'UPDATE card SET card_index = ? WHERE subject_id = ? AND id = ?',
          this.cardIndex(number),
          subjectId,
          id,
        );
    }
    return damaged;
  }

  /** Counters of failed tries go on under the key that comes: a rotation gives nobody free tries. */
  moveCounters(from: Uint8Array, to: Uint8Array): void {
    const counters = new Set(this.#db.all('SELECT DISTINCT who FROM attempt').map((row) => hex(bytesOf(row, 'who'))));
    if (counters.size === 0) return;
    for (const row of this.#db.all('SELECT id FROM subject')) {
      const id = textOf(row, 'id');
      const who = counterOf(from, id);
      if (counters.has(hex(who))) this.#db.run('UPDATE attempt SET who = ? WHERE who = ?', counterOf(to, id), who);
    }
  }

  /** @param place where the tries were made; `who` is the person, known or not. */
  attempts(who: Uint8Array, place: string): AttemptCount {
    const row = this.#db.get('SELECT failures, locked_until FROM attempt WHERE who = ? AND place = ?', who, place);
    if (row === undefined) return { failures: 0, lockedUntilMs: 0 };
    return { failures: numberOf(row, 'failures'), lockedUntilMs: numberOf(row, 'locked_until') };
  }

  recordFailure(who: Uint8Array, place: string, count: AttemptCount, nowMs: number): void {
    this.#db.run(
      `INSERT INTO attempt (who, place, failures, locked_until, last_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (who, place) DO UPDATE SET failures = excluded.failures, locked_until = excluded.locked_until, last_at = excluded.last_at`,
      who,
      place,
      count.failures,
      count.lockedUntilMs,
      nowMs,
    );
  }

  clearAttempts(who: Uint8Array, place: string): void {
    this.#db.run('DELETE FROM attempt WHERE who = ? AND place = ?', who, place);
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
    return this.#numberOrDamaged(subjectId, cardId) === cardNumber;
  }

  #numberOrDamaged(subjectId: string, cardId: string): string | undefined {
    try {
      return this.cardNumber(subjectId, cardId);
    } catch (thrown) {
      if (thrown instanceof MenshenError && thrown.code === 'integrity-violation') return undefined;
      throw thrown;
    }
  }

  /** Under whichever key it is indexed: more than one while the index is moved to a new key. */
  #cardRow(cardNumber: string): Row | undefined {
    for (const { bytes } of this.#keys.versions('lookup')) {
      const row = this.#db.get('SELECT id, subject_id FROM card WHERE card_index = ?', cardIndex(bytes, cardNumber));
      if (row !== undefined) return row;
    }
    return undefined;
  }
}

/** What a sealed card number is bound to. */
export const cardBoundTo = (cardId: string, subjectId: string): string => `menshen:card:${cardId}:${subjectId}:1`;

const cardIndex = (key: Uint8Array, cardNumber: string): Uint8Array => keyedHash(key, `card:${cardNumber}`);
const counterOf = (key: Uint8Array, subjectId: string): Uint8Array => keyedHash(key, `subject:${subjectId}`);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
