import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/index.js';
import { MenshenError, type Randomness } from '../core/index.js';
import { credentialsDirectory, SystemTpm } from '../platform/index.js';
import {
  createKeyFile,
  createPassphraseSalt,
  createTpmKey,
  type KeySource,
  readRootKey,
  Store,
  storeExists,
  TpmSeal,
} from '../store/index.js';

export interface StoreAccess {
  readonly config: Config;
  readonly randomness: Randomness;
  /** Asked for only when the key source is a passphrase; wiped by the store. */
  readonly passphrase?: () => Uint8Array;
}

/** Opens the configured store. @throws MenshenError of the store. */
export function openStore(access: StoreAccess): Store {
  const { store } = access.config;
  // Before the key is asked for: where no store was made there is no key either, and the remedy is another one.
  if (!storeExists(store.folder)) {
    throw new MenshenError('store-missing', `There is no store in ${store.folder}. Make one with \`menshen init\`.`);
  }
  return Store.open(store.folder, readRootKey(keySourceOf(access)), {
    randomness: access.randomness,
    auditReserveMiB: store.auditReserveMiB,
  });
}

/** Makes the store and, for a key file, its key; nothing that exists is touched. */
export function createStore(access: StoreAccess): Store {
  const { store } = access.config;
  if (!storeExists(store.folder)) {
    // A key that is there was given, or made by a first run that was cut: it is checked when it is read.
    if (store.key.kind === 'file' && !existsSync(store.key.path)) createKeyFile(store.key.path, access.randomness);
    if (store.key.kind === 'passphrase' && !existsSync(saltPath(store.folder)))
      createPassphraseSalt(saltPath(store.folder), access.randomness);
    if (store.key.kind === 'tpm') prepareTpm(store.key, access.randomness);
  }
  return Store.create(store.folder, readRootKey(keySourceOf(access)), {
    randomness: access.randomness,
    auditReserveMiB: store.auditReserveMiB,
  });
}

function prepareTpm(key: Extract<Config['store']['key'], { kind: 'tpm' }>, randomness: Randomness): void {
  const tpm = new SystemTpm(key.tcti);
  if (!existsSync(key.path)) createTpmKey(key.path, key.pcrs ?? '', tpm, randomness);
  if (key.counterHandle !== undefined) new TpmSeal(tpm).makeCounter(key.counterHandle);
}

function keySourceOf({ config, passphrase }: StoreAccess): KeySource {
  const { key, folder } = config.store;
  switch (key.kind) {
    case 'file':
      return key;
    case 'passphrase':
      return { kind: 'passphrase', passphrase: passphrase?.() ?? new Uint8Array(0), saltPath: saltPath(folder) };
    case 'systemd-credential':
      return { ...key, directory: credentialsDirectory() };
    case 'tpm':
      return { kind: 'tpm', path: key.path, tpm: new SystemTpm(key.tcti) };
  }
}

const saltPath = (folder: string): string => join(folder, 'passphrase-salt');
