import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { MenshenError, type Randomness } from '../core/index.js';
import { keyBytes, unseal } from '../crypto/index.js';
import type { Keyring } from './keyring.js';

/**
 * The epoch keys, one small file each, outside the database and never part of a backup: destroying one makes every
 * key that was wrapped under it unreadable, in old copies of the database as well (invariant 6).
 */
export class EpochFiles {
  readonly #folder: string;
  readonly #keys: Keyring;
  readonly #randomness: Randomness;

  constructor(folder: string, keys: Keyring, randomness: Randomness) {
    this.#folder = folder;
    this.#keys = keys;
    this.#randomness = randomness;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Makes and stores the key of `epoch`, durable when it returns. The caller wipes the returned key. */
  create(epoch: number): Uint8Array {
    const key = this.#randomness.bytes(keyBytes);
    const temporary = `${this.#path(epoch)}.new`;
    const descriptor = openSync(temporary, 'w', 0o600);
    try {
      writeSync(descriptor, this.#keys.seal('epoch-wrap', key, boundTo(epoch)));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, this.#path(epoch));
    this.#syncFolder();
    return key;
  }

  /** The key of `epoch`; the caller wipes it. */
  read(epoch: number): Uint8Array {
    if (!existsSync(this.#path(epoch))) {
      throw new MenshenError(
        'store-rolled-back',
        `The key of epoch ${epoch} is gone: an old copy of the database was put back, and what it held of people opens no more. Put the newest copy of the whole store folder back; where there is none, keep this folder for analysis, make a new store and enrol people again.`,
      );
    }
    return this.#keys.unseal('epoch-wrap', new Uint8Array(readFileSync(this.#path(epoch))), boundTo(epoch));
  }

  /** Whether the file of `epoch` opens without any former version of the key that wraps it. */
  isUnderCurrentWrap(epoch: number): boolean {
    const sealed = new Uint8Array(readFileSync(this.#path(epoch)));
    try {
      unseal(this.#keys.current('epoch-wrap').bytes, sealed, boundTo(epoch)).fill(0);
      return true;
    } catch (thrown) {
      if (thrown instanceof MenshenError && thrown.code === 'integrity-violation') return false;
      throw thrown;
    }
  }

  /** Every epoch that has a file. */
  list(): number[] {
    return readdirSync(this.#folder)
      .map((name) => /^epoch-(\d+)\.key(\.new)?$/.exec(name)?.[1])
      .filter((digits) => digits !== undefined)
      .map(Number);
  }

  /** Overwrites, syncs and unlinks. Flash memory may keep the old sectors: the file's content is itself sealed. */
  destroy(epoch: number): void {
    for (const path of [this.#path(epoch), `${this.#path(epoch)}.new`]) {
      if (!existsSync(path)) continue;
      const descriptor = openSync(path, 'r+');
      try {
        writeSync(descriptor, this.#randomness.bytes(statSync(path).size), 0, null, 0);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      unlinkSync(path);
    }
    this.#syncFolder();
  }

  #path(epoch: number): string {
    return join(this.#folder, `epoch-${epoch}.key`);
  }

  #syncFolder(): void {
    const descriptor = openSync(this.#folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

const boundTo = (epoch: number): string => `menshen:epoch:${epoch}`;
