import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { MenshenError, type Randomness } from '../core/index.js';
import { type Argon2idCost, Argon2idPool, argon2idApart, hash, keyBytes, saltBytes } from '../crypto/index.js';
import { TpmSeal, type TpmTools } from './tpm-seal.js';

export type KeySource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'passphrase'; readonly passphrase: Uint8Array; readonly saltPath: string }
  | { readonly kind: 'tpm'; readonly path: string; readonly tpm: TpmTools }
  | { readonly kind: 'systemd-credential'; readonly name: string; readonly directory: string | undefined };

/** Unlocking by passphrase happens once per start, so it may cost a second. */
const passphraseCost: Argon2idCost = { passes: 4, memoryBytes: 256 * 1024 * 1024 };

/**
 * Reads the root key (32 bytes); the caller wipes it.
 *
 * @throws MenshenError `key-source-unusable` or `key-file-exposed`.
 */
export function readRootKey(source: KeySource): Uint8Array {
  switch (source.kind) {
    case 'file':
      return readKeyFile(source.path);
    case 'passphrase':
      return fromPassphrase(source.passphrase, source.saltPath);
    case 'tpm':
      return fromTpm(source.path, source.tpm);
    case 'systemd-credential':
      return fromCredential(source.name, source.directory);
  }
}

/** Seals a new random root key to the TPM; a file that is there is never overwritten. */
export function createTpmKey(path: string, pcrs: string, tpm: TpmTools, randomness: Randomness): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const key = randomness.bytes(keyBytes);
  try {
    writeNew(path, new TpmSeal(tpm).seal(key, pcrs));
  } finally {
    key.fill(0);
  }
}

/** Makes a random key file with mode 0600; an existing one is never overwritten. */
export function createKeyFile(path: string, randomness: Randomness): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeNew(path, randomness.bytes(keyBytes));
}

/** Makes the salt that a passphrase needs; not secret, but a must. */
export function createPassphraseSalt(path: string, randomness: Randomness): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeNew(path, randomness.bytes(saltBytes));
}

/** @returns 32 bytes; the caller wipes them. @throws MenshenError `key-source-unusable`, `key-file-exposed`. */
export function readKeyFile(path: string): Uint8Array {
  if (!existsSync(path)) {
    throw new MenshenError(
      'key-source-unusable',
      `The key file ${path} is not there. Without it the store cannot be opened.`,
    );
  }
  const descriptor = openSync(path, 'r');
  try {
    const { mode, size } = fstatSync(descriptor);
    if ((mode & 0o077) !== 0) {
      throw new MenshenError(
        'key-file-exposed',
        `${path} can be read by others. Run \`chmod 600 ${path}\`, and make a new key if they may have.`,
      );
    }
    if (size !== keyBytes) {
      throw new MenshenError('key-source-unusable', `${path} has ${size} bytes, a root key has ${keyBytes}.`);
    }
    const key = new Uint8Array(keyBytes);
    readSync(descriptor, key, 0, keyBytes, 0);
    return key;
  } finally {
    closeSync(descriptor);
  }
}

function fromTpm(path: string, tpm: TpmTools): Uint8Array {
  if (!existsSync(path))
    throw new MenshenError('key-source-unusable', `${path} is not there; only with it does the TPM give the root key.`);
  return new TpmSeal(tpm).unseal(new Uint8Array(readFileSync(path)));
}

/**
 * The root key of a passphrase, beside a running gate; the caller wipes it.
 *
 * @param passphrase wiped here. @throws MenshenError `key-source-unusable`.
 */
export async function passphraseKey(passphrase: Uint8Array, saltPath: string): Promise<Uint8Array> {
  const hasher = new Argon2idPool({ cost: passphraseCost, workers: 1, queueLimit: 1 });
  try {
    return await hasher.hash(passphrase, saltFor(passphrase, saltPath));
  } finally {
    await hasher.close();
  }
}

function fromPassphrase(passphrase: Uint8Array, saltPath: string): Uint8Array {
  const key = argon2idApart(passphrase, saltFor(passphrase, saltPath), passphraseCost);
  passphrase.fill(0);
  return key;
}

function saltFor(passphrase: Uint8Array, saltPath: string): Uint8Array {
  if (passphrase.length < 12) {
    throw new MenshenError('key-source-unusable', 'The passphrase is missing or shorter than 12 characters.');
  }
  if (!existsSync(saltPath))
    throw new MenshenError('key-source-unusable', `${saltPath} is not there; it belongs to the store.`);
  const salt = new Uint8Array(readFileSync(saltPath));
  if (salt.length !== saltBytes)
    throw new MenshenError('key-source-unusable', `${saltPath} has ${salt.length} bytes, a salt has ${saltBytes}.`);
  return salt;
}

function fromCredential(name: string, directory: string | undefined): Uint8Array {
  if (directory === undefined) {
    throw new MenshenError(
      'key-source-unusable',
      'No systemd credentials here. Add LoadCredentialEncrypted= to the unit.',
    );
  }
  if (!/^[A-Za-z0-9_.-]+$/.test(name) || !existsSync(join(directory, name))) {
    throw new MenshenError('key-source-unusable', `The systemd credential ${name} is not there.`);
  }
  const bytes = new Uint8Array(readFileSync(join(directory, name)));
  // A credential may be any secret of enough length; hashing gives it the key's length.
  if (bytes.length < keyBytes)
    throw new MenshenError('key-source-unusable', `The credential ${name} is shorter than 32 bytes.`);
  const key = bytes.length === keyBytes ? bytes.slice() : hash(bytes);
  bytes.fill(0);
  return key;
}

function writeNew(path: string, bytes: Uint8Array): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'wx', 0o600);
  } catch (cause) {
    throw new MenshenError(
      'store-exists',
      `${path} is there already and is never overwritten, or its folder cannot be written.`,
      { cause },
    );
  }
  try {
    writeSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    bytes.fill(0);
    closeSync(descriptor);
  }
}
