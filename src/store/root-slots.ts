import { openSecret, type SecretBuffer } from '../addon/index.js';
import { MenshenError, type Randomness } from '../core/index.js';
import { deriveKey, keyBytes, seal, unseal } from '../crypto/index.js';
import type { Database } from './database.js';
import { wrongKey } from './legacy-keys.js';
import { bytesOf, numberOf } from './rows.js';

const context = 'menshen1';
/** 1 to 6 were keys that stores derived before there were slots. */
const slotKeyId = 7;

/**
 * The master key and its wraps, one for each root key that opens the store. While a root key is being changed there are
 * two: either opens, so that no instant of the change can lock everybody out.
 */
export class RootSlots {
  readonly #db: Database;
  readonly #randomness: Randomness;
  #master: SecretBuffer;
  /** Made inside a transaction that is not committed yet. */
  #coming: { readonly key: SecretBuffer; readonly slot: number } | undefined;
  #opened: number;

  private constructor(db: Database, randomness: Randomness, master: Uint8Array, opened: number) {
    this.#db = db;
    this.#randomness = randomness;
    this.#master = locked(master);
    this.#opened = opened;
  }

  /** @param root wiped here. */
  static create(db: Database, root: Uint8Array, randomness: Randomness): RootSlots {
    const slots = new RootSlots(db, randomness, randomness.bytes(keyBytes), 1);
    slots.add(root, 0);
    return slots;
  }

  /** @param root wiped here. @throws MenshenError `wrong-key`. */
  static open(db: Database, root: Uint8Array, randomness: Randomness): RootSlots {
    try {
      for (const { id, wrapped } of rowsOf(db)) {
        const master = opened(root, id, wrapped);
        if (master !== undefined) return new RootSlots(db, randomness, master, id);
      }
    } finally {
      root.fill(0);
    }
    throw wrongKey();
  }

  /** The slot that this process opened the store by. */
  get openedBy(): number {
    return this.#opened;
  }

  list(): { readonly id: number; readonly madeAtMs: number }[] {
    return rowsOf(this.#db).map(({ id, madeAtMs }) => ({ id, madeAtMs }));
  }

  /** From now on this root key opens the store too. @param root wiped here. */
  add(root: Uint8Array, nowMs: number): number {
    const id = (rowsOf(this.#db).at(-1)?.id ?? 0) + 1;
    this.#insert(id, root, this.#master.bytes, nowMs);
    return id;
  }

  /** Which slot a root key opens; undefined for none. Leaves the root key as it is. */
  slotOf(root: Uint8Array): number | undefined {
    return rowsOf(this.#db).find(({ id, wrapped }) => {
      const master = opened(root, id, wrapped);
      master?.fill(0);
      return master !== undefined;
    })?.id;
  }

  /** Never the last one. */
  remove(id: number): void {
    if (rowsOf(this.#db).every((slot) => slot.id === id))
      throw new MenshenError('conflict', 'The only root key of a store is not taken away from it.');
    this.#db.run('DELETE FROM root_slot WHERE id = ?', id);
  }

  /** A new master key with this root key's slot alone. In a transaction; `settle` must follow it. @param root wiped. */
  renew(root: Uint8Array, nowMs: number): void {
    const slot = (rowsOf(this.#db).at(-1)?.id ?? 0) + 1;
    const key = locked(this.#randomness.bytes(keyBytes));
    this.#db.run('DELETE FROM root_slot');
    this.#insert(slot, root, key.bytes, nowMs);
    this.#coming?.key.close();
    this.#coming = { key, slot };
  }

  /** After the transaction: its master key is the one in force, or it never was. */
  settle(): void {
    const coming = this.#coming;
    if (coming === undefined || this.#db.inTransaction) return;
    this.#coming = undefined;
    if (!rowsOf(this.#db).some(({ id }) => id === coming.slot)) {
      coming.key.close();
      return;
    }
    this.#master.close();
    this.#master = coming.key;
    this.#opened = coming.slot;
  }

  wrap(key: Uint8Array, boundTo: string): Uint8Array {
    return seal((this.#coming?.key ?? this.#master).bytes, key, boundTo, this.#randomness);
  }

  unwrap(wrapped: Uint8Array, boundTo: string): Uint8Array {
    return unseal((this.#coming?.key ?? this.#master).bytes, wrapped, boundTo);
  }

  wipe(): void {
    this.#master.close();
    this.#coming?.key.close();
    this.#coming = undefined;
  }

  #insert(id: number, root: Uint8Array, master: Uint8Array, nowMs: number): void {
    const key = deriveKey(root, context, slotKeyId);
    root.fill(0);
    const wrapped = seal(key, master, boundTo(id), this.#randomness);
    key.fill(0);
    this.#db.run('INSERT INTO root_slot (id, wrapped, made_at) VALUES (?, ?, ?)', id, wrapped, Math.round(nowMs));
  }
}

function rowsOf(db: Database): { id: number; wrapped: Uint8Array; madeAtMs: number }[] {
  return db
    .all('SELECT * FROM root_slot ORDER BY id')
    .map((row) => ({ id: numberOf(row, 'id'), wrapped: bytesOf(row, 'wrapped'), madeAtMs: numberOf(row, 'made_at') }));
}

function opened(root: Uint8Array, id: number, wrapped: Uint8Array): Uint8Array | undefined {
  const key = deriveKey(root, context, slotKeyId);
  try {
    return unseal(key, wrapped, boundTo(id));
  } catch (thrown) {
    if (thrown instanceof MenshenError && thrown.code === 'integrity-violation') return undefined;
    throw thrown;
  } finally {
    key.fill(0);
  }
}

/** Moves a key into locked memory and wipes where it came from. */
function locked(key: Uint8Array): SecretBuffer {
  const secret = openSecret(key.length);
  secret.bytes.set(key);
  key.fill(0);
  return secret;
}

const boundTo = (id: number): string => `menshen:root-slot:${id}`;
