import { openSecret, type SecretBuffer } from '../addon/index.js';
import { MenshenError, type Randomness } from '../core/index.js';
import { equalBytes, keyBytes, seal, unseal } from '../crypto/index.js';
import type { Database } from './database.js';
import { type DeviceKeyName, deviceKeyNames } from './device-key-names.js';
import { legacyKeys } from './legacy-keys.js';
import { RootSlots } from './root-slots.js';
import { bytesOf, numberOf, optionalNumberOf, textOf } from './rows.js';

export interface DeviceKey {
  readonly name: DeviceKeyName;
  readonly version: number;
  readonly current: boolean;
  /** Locked memory; never copied on. */
  readonly bytes: Uint8Array;
  readonly madeAtMs: number;
  /** When a former one is destroyed, whatever still hangs on it. */
  readonly endsAtMs?: number;
}

interface HeldKey extends DeviceKey {
  readonly secret: SecretBuffer;
}

/**
 * The keys under the root: random, wrapped by a random master key, which each root key that opens the store wraps in turn.
 * So a new root key costs one row, and each key below can be replaced alone, beside the running gate. In memory they are
 * locked; the root is wiped once the master key is open.
 */
export class Keyring {
  readonly slots: RootSlots;
  readonly #db: Database;
  readonly #randomness: Randomness;
  #keys: readonly HeldKey[] = [];

  private constructor(db: Database, slots: RootSlots, randomness: Randomness) {
    this.#db = db;
    this.slots = slots;
    this.#randomness = randomness;
  }

  /** New keys for a new store. @param root 32 bytes; wiped here. */
  static create(db: Database, root: Uint8Array, randomness: Randomness): Keyring {
    const slots = RootSlots.create(db, root, randomness);
    const keys = new Keyring(db, slots, randomness);
    keys.change(() => {
      for (const name of deviceKeyNames) keys.#put(name, 1, randomness.bytes(keyBytes), 0);
    });
    return keys;
  }

  /**
   * Opens with any root key that has a slot; a store from before there were slots gets its own, once, for the keys it had.
   *
   * @param root 32 bytes; wiped here.
   * @throws MenshenError `wrong-key`; nothing was changed then.
   */
  static open(db: Database, root: Uint8Array, randomness: Randomness): Keyring {
    const former = db.get('SELECT 1 FROM root_slot') === undefined ? legacyKeys(db, root) : undefined;
    const slots = former === undefined ? RootSlots.open(db, root, randomness) : undefined;
    if (slots !== undefined) return new Keyring(db, slots, randomness).#reloaded();
    return db.transaction(() => {
      const keys = new Keyring(db, RootSlots.create(db, root, randomness), randomness);
      for (const name of deviceKeyNames) keys.#put(name, 1, former?.get(name) ?? randomness.bytes(keyBytes), 0);
      db.run(`DELETE FROM meta WHERE name IN ('root_check', 'signing_seed')`);
      return keys.#reloaded();
    });
  }

  current(name: DeviceKeyName): DeviceKey {
    const key = this.#keys.find((each) => each.name === name && each.current);
    if (key === undefined) throw new MenshenError('store-corrupt', `The store lacks its key ${name}.`);
    return key;
  }

  /** The current one first. */
  versions(name: DeviceKeyName): readonly DeviceKey[] {
    return this.#keys.filter((key) => key.name === name).sort((a, b) => b.version - a.version);
  }

  get lookup(): Uint8Array {
    return this.current('lookup').bytes;
  }

  get pinPepper(): Uint8Array {
    return this.current('pin-pepper').bytes;
  }

  get apiKeys(): Uint8Array {
    return this.current('api-keys').bytes;
  }

  seal(name: DeviceKeyName, plain: Uint8Array, boundTo: string): Uint8Array {
    return seal(this.current(name).bytes, plain, boundTo, this.#randomness);
  }

  /** Opens what any version sealed that is still there. @throws MenshenError `integrity-violation`. */
  unseal(name: DeviceKeyName, sealed: Uint8Array, boundTo: string): Uint8Array {
    const versions = this.versions(name);
    for (const { bytes } of versions.slice(0, -1)) {
      const plain = attempt(() => unseal(bytes, sealed, boundTo));
      if (plain !== undefined) return plain;
    }
    return unseal((versions.at(-1) ?? this.current(name)).bytes, sealed, boundTo);
  }

  /**
   * A transaction that may change keys. Until it is committed everything is done with those from before, also inside.
   */
  change<T>(work: () => T): T {
    try {
      return this.#db.transaction(work);
    } finally {
      this.#reload();
    }
  }

  /** A new version comes into force when `change` is done; the one before it stays as a former one. */
  renew(name: DeviceKeyName, nowMs: number, endsAtMs?: number): number {
    const version = (this.versions(name)[0]?.version ?? 0) + 1;
    this.#db.run(
      `UPDATE device_key SET state = 'former', ends_at = ? WHERE name = ? AND state = 'current'`,
      endsAtMs ?? null,
      name,
    );
    this.#put(name, version, this.#randomness.bytes(keyBytes), nowMs);
    return version;
  }

  /** As `renew`, for a key that was made elsewhere (the signing seed); `bytes` is wiped. */
  replace(name: DeviceKeyName, bytes: Uint8Array, nowMs: number): number {
    const version = (this.versions(name)[0]?.version ?? 0) + 1;
    this.#db.run(`DELETE FROM device_key WHERE name = ?`, name);
    this.#put(name, version, bytes, nowMs);
    return version;
  }

  /**
   * Takes over another device's versions as former ones until what hangs on them has moved; the current one is new and
   * comes after them. Inside `change`, while nothing hangs on this store's own yet.
   *
   * @param former their bytes are wiped.
   */
  adoptFormer(
    name: DeviceKeyName,
    former: readonly { readonly version: number; readonly bytes: Uint8Array }[],
    nowMs: number,
    endsAtMs: number,
  ): void {
    this.#db.run('DELETE FROM device_key WHERE name = ?', name);
    for (const { version, bytes } of former) this.#put(name, version, bytes, nowMs);
    this.#db.run(`UPDATE device_key SET state = 'former', ends_at = ? WHERE name = ?`, endsAtMs, name);
    const next = former.reduce((highest, { version }) => Math.max(highest, version), 0) + 1;
    this.#put(name, next, this.#randomness.bytes(keyBytes), nowMs);
  }

  /** Destroys former versions; inside `change`. */
  dropFormer(name: DeviceKeyName): void {
    this.#db.run(`DELETE FROM device_key WHERE name = ? AND state = 'former'`, name);
  }

  /**
   * A new master key, wrapped for one root key only: every other root key is out. Inside `change`.
   *
   * @param root wiped here.
   */
  renewMaster(root: Uint8Array, nowMs: number): void {
    this.slots.renew(root, nowMs);
    for (const { name, version, bytes } of this.#keys)
      this.#db.run(
        'UPDATE device_key SET wrapped = ? WHERE name = ? AND version = ?',
        this.slots.wrap(bytes, boundTo(name, version)),
        name,
        version,
      );
  }

  wipe(): void {
    for (const { secret } of this.#keys) secret.close();
    this.#keys = [];
    this.slots.wipe();
  }

  /** @param bytes wiped here. */
  #put(name: DeviceKeyName, version: number, bytes: Uint8Array, nowMs: number): void {
    this.#db.run(
      `INSERT INTO device_key (name, version, state, wrapped, made_at) VALUES (?, ?, 'current', ?, ?)`,
      name,
      version,
      this.slots.wrap(bytes, boundTo(name, version)),
      Math.round(nowMs),
    );
    bytes.fill(0);
  }

  #reloaded(): this {
    this.#reload();
    return this;
  }

  #reload(): void {
    this.slots.settle();
    const before = this.#keys;
    this.#keys = this.#db.all('SELECT * FROM device_key').map((row) => {
      const name = nameOf(textOf(row, 'name'));
      const version = numberOf(row, 'version');
      const endsAtMs = optionalNumberOf(row, 'ends_at');
      const held = before.find((key) => key.name === name && key.version === version);
      const plain = this.slots.unwrap(bytesOf(row, 'wrapped'), boundTo(name, version));
      const secret = held !== undefined && equalBytes(held.bytes, plain) ? held.secret : openSecret(keyBytes);
      secret.bytes.set(plain);
      plain.fill(0);
      const current = textOf(row, 'state') === 'current';
      const madeAtMs = numberOf(row, 'made_at');
      const end = endsAtMs === undefined ? {} : { endsAtMs };
      return { name, version, current, bytes: secret.bytes, secret, madeAtMs, ...end };
    });
    const kept = new Set(this.#keys.map(({ secret }) => secret));
    for (const { secret } of before) if (!kept.has(secret)) secret.close();
  }
}

function nameOf(text: string): DeviceKeyName {
  const name = deviceKeyNames.find((known) => known === text);
  if (name === undefined) throw new MenshenError('store-corrupt', 'The store holds a key that nobody knows.');
  return name;
}

function attempt(open: () => Uint8Array): Uint8Array | undefined {
  try {
    return open();
  } catch (thrown) {
    if (thrown instanceof MenshenError && thrown.code === 'integrity-violation') return undefined;
    throw thrown;
  }
}

const boundTo = (name: DeviceKeyName, version: number): string => `menshen:device-key:${name}:${version}`;
