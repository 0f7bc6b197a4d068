import { randomUUID } from 'node:crypto';
import { openSecret, type SecretBuffer } from '../addon/index.js';
import { MenshenError, type Randomness } from '../core/index.js';
import { keyBytes, resealing, seal, sealedKeyBytes, unseal } from '../crypto/index.js';
import type { ConsentGate, ConsentPurpose } from './consent-gate.js';
import type { Database, Row } from './database.js';
import type { EpochFiles } from './epoch-files.js';
import { bindingOf, boundTo, type KeyBinding, type KeyPurpose, nameSql, wrapBound } from './key-binding.js';
import { bytesOf, textOf } from './rows.js';

/** The epoch that is being prepared. */
interface NextEpoch {
  readonly epoch: number;
  readonly key: SecretBuffer;
  /** Keys made since the preparation began; the switch wraps those that are still there. */
  readonly madeMeanwhile: KeyBinding[];
}

/** Some milliseconds of work: whoever asks the gate something waits no longer. */
const rewrapSlice = 500;
/** Where a key lies: in the order of the disk. */
const place = '(subject_id, purpose, id)';

/**
 * One random key per person and use, wrapped by the current epoch key.
 *
 * Every erasure moves all keys that are left to a new epoch. With many people that takes seconds, so it is done beside the
 * running gate: a key has two places for its wrap, one for even and one for odd epochs. The next epoch's wraps are written
 * slice by slice into the places that are not in use, and one small transaction, which names the new epoch, puts them in
 * force. Before it a crash leaves wraps under a key whose file `recover` destroys; after it, wraps under the old key,
 * whose file `recover` destroys as well. Whoever is erased must be deleted before the preparation begins: a wrap of
 * theirs under the next key would live on in copies of the database.
 */
export class KeyVault {
  readonly #db: Database;
  readonly #files: EpochFiles;
  readonly #randomness: Randomness;
  readonly #gate: ConsentGate;
  #epoch: number;
  #epochKey: SecretBuffer;
  #next: NextEpoch | undefined;
  #advancing: Promise<unknown> = Promise.resolve();
  /** A switch was begun of which nobody knows whether it was committed. */
  #unsettled = false;
  #closed = false;

  constructor(parts: { db: Database; files: EpochFiles; epoch: number; randomness: Randomness; gate: ConsentGate }) {
    const { db, files, epoch, randomness, gate } = parts;
    this.#db = db;
    this.#files = files;
    this.#randomness = randomness;
    this.#gate = gate;
    this.#epoch = epoch;
    this.#epochKey = locked(files.read(epoch));
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** The newest epoch under which anything was wrapped: the one being prepared, or the current one. */
  get newestEpoch(): number {
    return this.#next?.epoch ?? this.#epoch;
  }

  /** Whether the file of the epoch in force opens without any former version of the key that wraps it. */
  isUnderCurrentWrap(): boolean {
    return this.#files.isUnderCurrentWrap(this.#epoch);
  }

  /** Keys of epochs before the one in force that still lie on the disk: none, once an advance is through. */
  get formerEpochKeysOnDisk(): number {
    return this.#files.list().filter((epoch) => epoch < this.#epoch).length;
  }

  /** Makes a key; the caller wipes it. Call inside the transaction that stores what it seals. */
  create(purpose: KeyPurpose, subjectId: string, consentId: string): { keyId: string; key: Uint8Array } {
    const binding = { keyId: randomUUID(), purpose, subjectId, consentId };
    const key = this.#randomness.bytes(keyBytes);
    this.#db.run(
      `INSERT INTO wrapped_key (id, purpose, subject_id, consent_id, ${placeOf(this.#epoch)}, ${placeOf(this.#epoch + 1)})
       VALUES (?, ?, ?, ?, ?, zeroblob(${sealedKeyBytes}))`,
      binding.keyId,
      purpose,
      subjectId,
      consentId,
      seal(this.#epochKey.bytes, key, boundTo(binding, this.#epoch), this.#randomness),
    );
    this.#next?.madeMeanwhile.push(binding);
    return { keyId: binding.keyId, key };
  }

  /**
   * Unwraps the key of a face; the caller wipes.
   *
   * @throws MenshenError `not-found`, `integrity-violation`, `consent-required` when the consent that the key is bound to
   * does not hold.
   */
  openFace(subjectId: string, keyId: string, purpose: ConsentPurpose = 'in-use'): Uint8Array {
    const row = this.#rowOf({ subjectId, purpose: 'face', keyId });
    if (row === undefined) throw new MenshenError('not-found', 'This key was erased.');
    this.#gate.check(subjectId, bindingOf(row).consentId, purpose);
    return this.openRow(row);
  }

  /**
   * Unwraps from a row of `wrapped_key` that was read with others; the caller wipes, and has asked for the consents of
   * all of them in the same statement.
   *
   * @throws MenshenError `integrity-violation`.
   */
  openRow(row: Row): Uint8Array {
    const wrapped = bytesOf(row, placeOf(this.#epoch));
    return unseal(this.#epochKey.bytes, wrapped, boundTo(bindingOf(row), this.#epoch));
  }

  /** The only profile key of a person. */
  profileKey(subjectId: string): Uint8Array {
    const row = this.#db.get(`SELECT * FROM wrapped_key WHERE subject_id = ? AND purpose = 'profile'`, subjectId);
    if (row === undefined) throw new MenshenError('not-found', 'There is no such person.');
    return this.openRow(row);
  }

  /**
   * Moves every key that is there to an epoch after this one, destroys the old epoch key and empties the log. When it is
   * done, nothing that was deleted while `newestEpoch` was at most `epoch` opens in any copy; an advance that was begun
   * since, for somebody else, serves as well.
   *
   * @throws MenshenError `store-full` and others of the store: nothing moved then.
   */
  advancePast(epoch: number): Promise<void> {
    const turn = this.#advancing.then(async () => {
      if (this.#epoch <= epoch) await this.#advance();
      this.recover();
    });
    // Who asked for this turn hears of its failure; the next turn begins all the same.
    this.#advancing = turn.catch(() => undefined);
    return turn;
  }

  /** Finishes or undoes an advance that was cut: only the current epoch's file survives, and that of one under way. */
  recover(): void {
    if (this.#unsettled) this.#settle();
    for (const epoch of this.#files.list())
      if (epoch !== this.#epoch && epoch !== this.#next?.epoch) this.#files.destroy(epoch);
    this.#db.truncateLog();
  }

  /** An advance under way is given up. */
  wipe(): void {
    this.#closed = true;
    this.#epochKey.close();
    this.#next?.key.close();
  }

  async #advance(): Promise<void> {
    this.#checkOpen();
    if (this.#unsettled) this.#settle();
    const toEpoch = this.#epoch + 1;
    const next = { epoch: toEpoch, key: locked(this.#files.create(toEpoch)), madeMeanwhile: [] };
    this.#next = next;
    try {
      await this.#prepare(next);
      this.#switchTo(next);
    } catch (thrown) {
      next.key.close();
      // A closed store is repaired when it is opened.
      if (!this.#closed) this.#giveUp(toEpoch);
      throw thrown;
    } finally {
      this.#next = undefined;
    }
    this.#epochKey.close();
    this.#epochKey = next.key;
    this.#epoch = toEpoch;
  }

  async #prepare(next: NextEpoch): Promise<void> {
    const sum = { found: 0, wrapped: 0 };
    let after: readonly string[] = ['', '', ''];
    for (;;) {
      const last = this.#endOfSlice(after);
      const upToLast = last === undefined ? '' : `AND ${place} <= (?, ?, ?)`;
      this.#db.provisionalTransaction(() => {
        const { found, wrapped } = this.#rewrap(next, `${place} > (?, ?, ?) ${upToLast}`, [...after, ...(last ?? [])]);
        sum.found += found;
        sum.wrapped += wrapped;
      });
      await new Promise((resolve) => setImmediate(resolve));
      this.#checkOpen();
      if (last === undefined) break;
      after = last;
    }
    if (sum.found > 0 && sum.wrapped === 0) {
      throw new MenshenError(
        'integrity-violation',
        'No key of the store opens, so nothing is rewrapped. Restart the daemon; keep the store for analysis.',
      );
    }
  }

  /** Where the next slice ends; undefined when it is the last one. */
  #endOfSlice(after: readonly string[]): string[] | undefined {
    const row = this.#db.get(
      `SELECT subject_id, purpose, id FROM wrapped_key WHERE ${place} > (?, ?, ?)
       ORDER BY subject_id, purpose, id LIMIT 1 OFFSET ${rewrapSlice - 1}`,
      ...after,
    );
    return row === undefined ? undefined : [textOf(row, 'subject_id'), textOf(row, 'purpose'), textOf(row, 'id')];
  }

  /** A damaged key is left out: it opens nothing any more, and must not keep others from being erased. */
  #rewrap(next: NextEpoch, where: string, values: readonly string[]): { found: number; wrapped: number } {
    const keys = { from: this.#epochKey.bytes, to: next.key.bytes };
    const [from, to] = [placeOf(this.#epoch), placeOf(next.epoch)];
    let wrapped = 0;
    const found = resealing(keys, this.#randomness, (reseal) => {
      const anew = (keyName: unknown, sealed: unknown) => {
        const row = { keyName, sealed };
        const name = textOf(row, 'keyName');
        const wrap = reseal({
          sealed: bytesOf(row, 'sealed'),
          boundTo: wrapBound(name, this.#epoch),
          newlyBoundTo: wrapBound(name, next.epoch),
        });
        if (wrap !== undefined) wrapped += 1;
        return wrap ?? null;
      };
      const sql = `UPDATE wrapped_key SET ${to} = coalesce(computed(${nameSql}, ${from}), ${to})`;
      return this.#db.runComputing(anew, `${sql} WHERE ${where}`, ...values);
    });
    return { found, wrapped };
  }

  #switchTo(next: NextEpoch): void {
    this.#unsettled = true;
    this.#db.transaction(() => {
      for (const { subjectId, purpose, keyId } of next.madeMeanwhile)
        this.#rewrap(next, `${place} = (?, ?, ?)`, [subjectId, purpose, keyId]);
      this.#nameEpoch(next.epoch);
    });
    this.#unsettled = false;
  }

  /** The next epoch's key goes, unless the switch may have happened: then both stay until that is settled. */
  #giveUp(toEpoch: number): void {
    try {
      if (this.#unsettled) this.#settle();
      else this.#files.destroy(toEpoch);
    } catch (thrown) {
      if (!(thrown instanceof MenshenError)) throw thrown;
    }
  }

  /**
   * A commit that failed may still lie in the log and come alive at the next start. A later commit that succeeds settles
   * it; when that fails too, both keys stay, and the next advance or the next opening of the store decides.
   */
  #settle(): void {
    this.#db.transaction(() => this.#nameEpoch(this.#epoch));
    this.#unsettled = false;
    this.#files.destroy(this.#epoch + 1);
  }

  #rowOf({ subjectId, purpose, keyId }: Pick<KeyBinding, 'subjectId' | 'purpose' | 'keyId'>): Row | undefined {
    return this.#db.get(
      'SELECT * FROM wrapped_key WHERE subject_id = ? AND purpose = ? AND id = ?',
      subjectId,
      purpose,
      keyId,
    );
  }

  #checkOpen(): void {
    if (this.#closed)
      throw new MenshenError('store-locked', 'The store was closed; the erasure goes on when it opens.');
  }

  #nameEpoch(epoch: number): void {
    this.#db.run(`UPDATE meta SET value = ? WHERE name = 'epoch'`, Buffer.from(String(epoch)));
  }
}

/** Moves a key into locked memory and wipes where it came from. */
function locked(key: Uint8Array): SecretBuffer {
  const secret = openSecret(key.length);
  secret.bytes.set(key);
  key.fill(0);
  return secret;
}

/** The column of an epoch's wraps. */
const placeOf = (epoch: number): 'wrap_even' | 'wrap_odd' => (epoch % 2 === 0 ? 'wrap_even' : 'wrap_odd');
