import { chmodSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { module } from '#menshen/crypto/heap.js';
import { argon2id } from '#menshen/crypto/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import { createKeyFile, createPassphraseSalt, readRootKey } from '#menshen/store/index.js';
import { tempFolder } from '../support/temp-store.js';

const coded = (code: string) => expect.objectContaining({ name: 'MenshenError', code });
const none = new Uint8Array(32);

describe('a root key', () => {
  const keyFile = (): string => {
    const path = join(tempFolder(), 'keys', 'root.key');
    createKeyFile(path, systemRandomness);
    return path;
  };

  it('in a file is 32 bytes that only the owner can read', () => {
    const path = keyFile();
    expect([readRootKey({ kind: 'file', path }).length, statSync(path).mode & 0o777]).toEqual([32, 0o600]);
  });

  it('is never overwritten', () => {
    const path = keyFile();
    const before = readFileSync(path);
    expect(() => createKeyFile(path, systemRandomness)).toThrow(coded('store-exists'));
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it.each(['640', '604', '660', '620'])('in a file of mode %s is refused', (mode) => {
    const path = keyFile();
    chmodSync(path, Number.parseInt(mode, 8));
    expect(() => readRootKey({ kind: 'file', path })).toThrow(coded('key-file-exposed'));
  });

  it('of the wrong length is refused', () => {
    const path = keyFile();
    truncateSync(path, 31);
    expect(() => readRootKey({ kind: 'file', path })).toThrow(coded('key-source-unusable'));
  });

  it('that is not there is refused', () => {
    expect(() => readRootKey({ kind: 'file', path: '/nowhere/root.key' })).toThrow(coded('key-source-unusable'));
  });

  it('from a passphrase is the same each time, and another with another salt', () => {
    const salts = [join(tempFolder(), 'salt'), join(tempFolder(), 'salt')];
    for (const path of salts) createPassphraseSalt(path, systemRandomness);
    const [one, again, other] = [salts[0], salts[0], salts[1]].map((saltPath = '') =>
      readRootKey({ kind: 'passphrase', passphrase: Buffer.from('correct horse battery'), saltPath }),
    );
    expect([Buffer.compare(one ?? none, again ?? none), Buffer.compare(one ?? none, other ?? none) === 0]).toEqual([
      0,
      false,
    ]);
  });

  it('from a passphrase is Argon2id, and leaves no large memory behind', () => {
    const saltPath = join(tempFolder(), 'salt');
    createPassphraseSalt(saltPath, systemRandomness);
    const passphrase = 'correct horse battery';
    const before = module.HEAPU8.byteLength;
    const key = readRootKey({ kind: 'passphrase', passphrase: Buffer.from(passphrase), saltPath });
    expect(module.HEAPU8.byteLength).toBe(before);
    const cost = { passes: 4, memoryBytes: 256 * 1024 * 1024 };
    expect(key).toEqual(argon2id(Buffer.from(passphrase), new Uint8Array(readFileSync(saltPath)), cost));
  });

  it('from a passphrase whose salt was cut short is refused', () => {
    const saltPath = join(tempFolder(), 'salt');
    createPassphraseSalt(saltPath, systemRandomness);
    truncateSync(saltPath, 15);
    const read = () => readRootKey({ kind: 'passphrase', passphrase: Buffer.from('correct horse battery'), saltPath });
    expect(read).toThrow(coded('key-source-unusable'));
  });

  it('from a short or missing passphrase is refused', () => {
    const source = { kind: 'passphrase', passphrase: Buffer.from('too short'), saltPath: '/nowhere' } as const;
    expect(() => readRootKey(source)).toThrow(coded('key-source-unusable'));
  });

  it.each([
    ['is not there', 'root', undefined],
    ['would be read from elsewhere', '../root', '.'],
  ])('from a systemd credential that %s is refused', (_why, name, directory) => {
    expect(() => readRootKey({ kind: 'systemd-credential', name, directory })).toThrow(coded('key-source-unusable'));
  });

  it('from a systemd credential may be longer than a key, but not shorter', () => {
    const directory = tempFolder();
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'long'), Buffer.alloc(64, 1));
    writeFileSync(join(directory, 'short'), Buffer.alloc(16, 1));
    expect(readRootKey({ kind: 'systemd-credential', name: 'long', directory })).toHaveLength(32);
    expect(() => readRootKey({ kind: 'systemd-credential', name: 'short', directory })).toThrow(
      coded('key-source-unusable'),
    );
  });
});
