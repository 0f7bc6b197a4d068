import { randomUUID } from 'node:crypto';
import { openSecret, type SecretBuffer } from '../addon/index.js';
import { MenshenError, type Randomness } from '../core/index.js';
import { keyBytes, seal, unseal } from '../crypto/index.js';
import type { Database, Row } from './database.js';
import type { EpochFiles } from './epoch-files.js';
import { bytesOf, numberOf, textOf } from './rows.js';

export type KeyPurpose = 'profile' | 'face';

interface KeyBinding {
  readonly keyId: string;
  readonly purpose: KeyPurpose;
  readonly subjectId: string;
  readonly consentId: string;
}

const rewrapSlice = 250;

/** One random key per person and use, wrapped by the current epoch key. */
export class KeyVault {
  readonly #db: Database;
  readonly #files: EpochFiles;
  readonly #randomness: Randomness;
  #epoch: number;
  #epochKey: SecretBuffer;
  #advancing: Promise<unknown> = Promise.resolve();

  constructor(db: Database, files: EpochFiles, epoch: number, randomness: Randomness) {
    this.#db = db;
    this.#files = files;
    this.#randomness = randomness;
    this.#epoch = epoch;
    this.#epochKey = locked(files.read(epoch));
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Makes a key; the caller wipes it. Call inside the transaction that stores what it seals. */
  create(purpose: KeyPurpose, subjectId: string, consentId: string): { keyId: string; key: Uint8Array } {
    const binding = { keyId: randomUUID(), purpose, subjectId, consentId };
    const key = this.#randomness.bytes(keyBytes);
    this.#db.run(
      'INSERT INTO wrapped_key (id, purpose, subject_id, consent_id, epoch, wrapped) VALUES (?, ?, ?, ?, ?, ?)',
      binding.keyId,
      purpose,
      subjectId,
      consentId,
      this.#epoch,
      seal(this.#epochKey.bytes, key, boundTo(binding, this.#epoch), this.#randomness),
    );
    return { keyId: binding.keyId, key };
  }

  /** Unwraps; the caller wipes. @throws MenshenError `not-found`, `integrity-violation`. */
  open(keyId: string): Uint8Array {
    const row = this.#db.get('SELECT * FROM wrapped_key WHERE id = ?', keyId);
    if (row === undefined) throw new MenshenError('not-found', 'This key was erased.');
    return unseal(this.#epochKey.bytes, bytesOf(row, 'wrapped'), boundTo(bindingOf(row), numberOf(row, 'epoch')));
  }

  /** The only profile key of a person. */
  profileKey(subjectId: string): Uint8Array {
    const row = this.#db.get(`SELECT id FROM wrapped_key WHERE subject_id = ? AND purpose = 'profile'`, subjectId);
    if (row === undefined) throw new MenshenError('not-found', 'There is no such person.');
    return this.open(textOf(row, 'id'));
  }

  /**
   * Moves every key that `within` leaves to a new epoch, then destroys the old epoch key and empties the log.
   *
   * Rewrapping runs in slices beforehand, so that callers are answered meanwhile; `within` runs inside the one
   * transaction that deletes and switches. After it committed, a crash is repaired by `recover`.
   */
  advance(within: (step: { fromEpoch: number; toEpoch: number }) => void): Promise<void> {
    const turn = this.#advancing.then(() => this.#advance(within));
    this.#advancing = turn.catch(() => undefined);
    return turn;
  }

  /** Finishes or undoes an advance that was cut: only the current epoch's file survives. */
  recover(): void {
    for (const epoch of this.#files.list()) if (epoch !== this.#epoch) this.#files.destroy(epoch);
    this.#db.truncateLog();
  }

  wipe(): void {
    this.#epochKey.close();
  }

  async #advance(within: (step: { fromEpoch: number; toEpoch: number }) => void): Promise<void> {
    const fromEpoch = this.#epoch;
    const toEpoch = fromEpoch + 1;
    const nextKey = locked(this.#files.create(toEpoch));
    const prepared = await this.#rewrapAll(nextKey.bytes, toEpoch);
    try {
      this.#db.transaction(() => {
        within({ fromEpoch, toEpoch });
        for (const row of this.#db.all('SELECT * FROM wrapped_key WHERE epoch = ?', fromEpoch)) {
          // Keys made since the slices ran are wrapped here.
          const wrapped = prepared.get(textOf(row, 'id')) ?? this.#rewrap(row, nextKey.bytes, toEpoch);
          if (wrapped === undefined) continue;
          this.#db.run(
            'UPDATE wrapped_key SET wrapped = ?, epoch = ? WHERE id = ?',
            wrapped,
            toEpoch,
            textOf(row, 'id'),
          );
        }
        this.#db.run(`UPDATE meta SET value = ? WHERE name = 'epoch'`, Buffer.from(String(toEpoch)));
      });
    } catch (thrown) {
      nextKey.close();
      this.#undo(fromEpoch, toEpoch);
      throw thrown;
    }
    this.#epochKey.close();
    this.#epochKey = nextKey;
    this.#epoch = toEpoch;
    this.recover();
  }

  /**
   * A commit that failed may still lie in the log and come alive at the next start. A later commit that succeeds settles
   * it; when that fails too, both keys stay and the next opening of the store decides.
   */
  #undo(fromEpoch: number, toEpoch: number): void {
    try {
      this.#db.run(`UPDATE meta SET value = ? WHERE name = 'epoch'`, Buffer.from(String(fromEpoch)));
    } catch (thrown) {
      if (thrown instanceof MenshenError) return;
      throw thrown;
    }
    this.#files.destroy(toEpoch);
  }

  async #rewrapAll(nextKey: Uint8Array, toEpoch: number): Promise<Map<string, Uint8Array>> {
    const prepared = new Map<string, Uint8Array>();
    let after = '';
    for (;;) {
      const rows = this.#db.all('SELECT * FROM wrapped_key WHERE id > ? ORDER BY id LIMIT ?', after, rewrapSlice);
      for (const row of rows) {
        const wrapped = this.#rewrap(row, nextKey, toEpoch);
        if (wrapped !== undefined) prepared.set(textOf(row, 'id'), wrapped);
      }
      const last = rows.at(-1);
      if (last === undefined) break;
      after = textOf(last, 'id');
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (after !== '' && prepared.size === 0) {
      throw new MenshenError(
        'integrity-violation',
        'No key of the store opens, so nothing is rewrapped. Restart the daemon; keep the store for analysis.',
      );
    }
    return prepared;
  }

  /** Undefined for a damaged key: it opens nothing any more, and must not keep others from being erased. */
  #rewrap(row: Row, nextKey: Uint8Array, toEpoch: number): Uint8Array | undefined {
    const binding = bindingOf(row);
    let key: Uint8Array | undefined;
    try {
      key = unseal(this.#epochKey.bytes, bytesOf(row, 'wrapped'), boundTo(binding, numberOf(row, 'epoch')));
      return seal(nextKey, key, boundTo(binding, toEpoch), this.#randomness);
    } catch (thrown) {
      if (thrown instanceof MenshenError && thrown.code === 'integrity-violation') return undefined;
      throw thrown;
    } finally {
      key?.fill(0);
    }
  }
}

/** Moves a key into locked memory and wipes where it came from. */
function locked(key: Uint8Array): SecretBuffer {
  const secret = openSecret(key.length);
  secret.bytes.set(key);
  key.fill(0);
  return secret;
}

function bindingOf(row: Row): KeyBinding {
  return {
    keyId: textOf(row, 'id'),
    purpose: textOf(row, 'purpose') === 'face' ? 'face' : 'profile',
    subjectId: textOf(row, 'subject_id'),
    consentId: textOf(row, 'consent_id'),
  };
}

const boundTo = (key: KeyBinding, epoch: number): string =>
  `menshen:key:${key.keyId}:${key.purpose}:${key.subjectId}:${key.consentId}:${epoch}`;
