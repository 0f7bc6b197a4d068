import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MonotonicCounter } from '../anchors/index.js';
import type { Config } from '../config/index.js';
import { MenshenError, type Randomness } from '../core/index.js';
import { keyBytes } from '../crypto/index.js';
import { credentialsDirectory, SystemTpm } from '../platform/index.js';
import { noRootPlace, type RootPlace, type RootTarget } from '../rotation/index.js';
import {
  bytesAt,
  destroyFile,
  nextOf,
  putInPlace,
  readKeyFile,
  readRootKey,
  TpmSeal,
  type TpmTools,
  writePrivate,
} from '../store/index.js';

/** Where the configuration says that the root key lies. */
export function configuredPlace({ store }: Config, randomness: Randomness): RootPlace {
  const { key } = store;
  switch (key.kind) {
    case 'file':
      return keyFilePlace(key.path, true, randomness);
    case 'passphrase':
      return noRootPlace('passphrase', 'Name the new root key: menshen keys rotate root --to passphrase.');
    case 'systemd-credential':
      return noRootPlace(
        `systemd-credential ${key.name}`,
        'systemd gives this root key. Add a second credential to the unit, restart, and name it: --to systemd-credential:NAME.',
      );
    case 'tpm':
      return tpmPlace(key.path, key.pcrs ?? '', true, new SystemTpm(key.tcti), randomness);
  }
}

/** A place that an operator named; the configuration must follow, so both keys open until a start with the new one. */
export function targetPlace({ store }: Config, target: RootTarget, randomness: Randomness): RootPlace {
  switch (target.kind) {
    case 'file':
      return keyFilePlace(target.path, false, randomness);
    case 'passphrase':
      return givenPlace('passphrase', () =>
        readRootKey({
          kind: 'passphrase',
          passphrase: Buffer.from(target.passphrase),
          saltPath: saltPathOf(store.folder, randomness),
        }),
      );
    case 'systemd-credential': {
      const directory = credentialsDirectory();
      return givenPlace(`systemd-credential ${target.name}`, () =>
        readRootKey({ kind: 'systemd-credential', name: target.name, directory }),
      );
    }
    case 'tpm':
      return tpmPlace(target.path, target.pcrs ?? '', false, new SystemTpm(tctiOf(store)), randomness);
  }
}

/** The TPM's counter, where the configuration names one. */
export function counterOf({ store: { key } }: Config): MonotonicCounter | undefined {
  if (key.kind !== 'tpm' || key.counterHandle === undefined) return undefined;
  const seal = new TpmSeal(new SystemTpm(key.tcti));
  const handle = key.counterHandle;
  return { read: () => seal.readCounter(handle), raise: (about) => seal.raiseCounter(handle, about) };
}

/** As `keyFilePlace`, for a file that is useless without its TPM. */
function tpmPlace(path: string, pcrs: string, configured: boolean, tpm: TpmTools, randomness: Randomness): RootPlace {
  const prepared = configured ? nextOf(path) : path;
  const seal = new TpmSeal(tpm);
  return {
    description: `tpm ${path}`,
    configured,
    prepare: () => {
      if (!configured && existsSync(path))
        throw new MenshenError('rotation-refused', `${path} is there already; a key is never overwritten.`);
      const key = randomness.bytes(keyBytes);
      writePrivate(prepared, seal.seal(key, pcrs));
      return key;
    },
    prepared: () => {
      const file = bytesAt(prepared) ?? bytesAt(path);
      return file === undefined ? undefined : seal.unseal(file);
    },
    putInForce: () => putInPlace(path, randomness),
    discardPrepared: () => destroyFile(prepared, randomness),
  };
}

const tctiOf = ({ key }: Config['store']): string | undefined => (key.kind === 'tpm' ? key.tcti : undefined);

/** A key file: the new key lies in `<path>.next` until it takes the path. */
export function keyFilePlace(path: string, configured: boolean, randomness: Randomness): RootPlace {
  // Where the configuration names another place so far, the path itself is free.
  const prepared = configured ? nextOf(path) : path;
  return {
    description: `file ${path}`,
    configured,
    prepare: () => {
      if (!configured && existsSync(path))
        throw new MenshenError('rotation-refused', `${path} is there already; a key is never overwritten.`);
      const key = randomness.bytes(keyBytes);
      writePrivate(prepared, key);
      return key;
    },
    prepared: () => {
      if (existsSync(prepared)) return readKeyFile(prepared);
      // Once it took its place it is read from there.
      return existsSync(path) ? readKeyFile(path) : undefined;
    },
    putInForce: () => putInPlace(path, randomness),
    discardPrepared: () => destroyFile(prepared, randomness),
  };
}

/** A key that somebody else keeps: nothing of it is written here. */
function givenPlace(description: string, read: () => Uint8Array): RootPlace {
  let key: Uint8Array | undefined;
  return {
    description,
    configured: false,
    prepare: () => {
      key = read();
      return key.slice();
    },
    prepared: () => {
      const given = key;
      key = undefined;
      return given;
    },
    putInForce: () => undefined,
    discardPrepared: () => key?.fill(0),
  };
}

function saltPathOf(folder: string, randomness: Randomness): string {
  const path = join(folder, 'passphrase-salt');
  // One that is there belongs to the passphrase in force; it serves the new one as well.
  if (bytesAt(path) === undefined) writePrivate(path, randomness.bytes(16));
  return path;
}
