import { type Static, Type } from '#typebox';
import { Value } from '#typebox/value';
import { MenshenError, type Randomness } from '../core/index.js';
import {
  type Argon2idCost,
  Argon2idPool,
  canonicalJson,
  keyBytes,
  keyIdOf,
  openSealedBox,
  type RecipientKey,
  saltBytes,
  seal,
  sealToRecipient,
  unseal,
} from '../crypto/index.js';
import { base64, bytes64, closed } from './lines.js';

/** What a backup is closed by. */
export type Protection =
  | { readonly kind: 'passphrase'; readonly passphrase: Uint8Array }
  | { readonly kind: 'recipient'; readonly publicKey: Uint8Array };
/** What opens it. */
export type Opener =
  | { readonly kind: 'passphrase'; readonly passphrase: Uint8Array }
  | { readonly kind: 'recipient'; readonly key: RecipientKey };

/** Once a backup, beside a running gate: as long as a store's passphrase takes, at half its memory. */
const cost: Argon2idCost = { passes: 4, memoryBytes: 128 * 1024 * 1024 };
const shortestPassphrase = 12;
/** What a file may ask for: whoever sends one decides neither the memory nor the minutes that looking at it takes. */
const mostPasses = 12;
const mostMemoryBytes = 256 * 1024 * 1024;

const header = Type.Object(
  {
    format: Type.Literal('menshen-backup'),
    version: Type.Literal(1),
    backupId: Type.String({ pattern: '^b-[0-9a-f-]{36}$' }),
    deviceId: Type.String({ minLength: 1, maxLength: 100 }),
    madeAt: Type.String({ maxLength: 40 }),
    key: Type.Union([
      Type.Object(
        {
          kind: Type.Literal('passphrase'),
          kdf: Type.Literal('argon2id13'),
          passes: Type.Integer({ minimum: 1, maximum: mostPasses }),
          memoryBytes: Type.Integer({ minimum: 8 * 1024 * 1024, maximum: mostMemoryBytes }),
          salt: base64(saltBytes),
          wrapped: base64(200),
        },
        closed,
      ),
      Type.Object(
        { kind: Type.Literal('recipient'), recipient: Type.String({ maxLength: 40 }), wrapped: base64(200) },
        closed,
      ),
    ]),
  },
  closed,
);
export type BackupHeader = Static<typeof header>;

/** @returns the header and the file's own random key, which the caller wipes. @throws MenshenError `backup-invalid`. */
export async function closedHeader(
  about: Pick<BackupHeader, 'backupId' | 'deviceId' | 'madeAt'>,
  protection: Protection,
  randomness: Randomness,
): Promise<{ header: BackupHeader; key: Uint8Array }> {
  const key = randomness.bytes(keyBytes);
  const common = { format: 'menshen-backup', version: 1, ...about } as const;
  if (protection.kind === 'recipient') {
    const wrapped = toBase64(sealToRecipient(protection.publicKey, key));
    return {
      header: { ...common, key: { kind: 'recipient', recipient: keyIdOf(protection.publicKey), wrapped } },
      key,
    };
  }
  if (protection.passphrase.length < shortestPassphrase)
    throw invalid(`The passphrase is shorter than ${shortestPassphrase} characters. Take several words.`);
  const salt = randomness.bytes(saltBytes);
  const derived = await fromPassphrase(protection.passphrase, salt, cost);
  const wrapped = toBase64(seal(derived, key, boundTo, randomness));
  derived.fill(0);
  return {
    header: { ...common, key: { kind: 'passphrase', kdf: 'argon2id13', ...cost, salt: toBase64(salt), wrapped } },
    key,
  };
}

/** @returns the file's key; the caller wipes it. @throws MenshenError `backup-invalid`. */
export async function keyOf({ key }: BackupHeader, opener: Opener): Promise<Uint8Array> {
  if (key.kind !== opener.kind)
    throw invalid(
      key.kind === 'passphrase'
        ? 'It was closed with a passphrase: give --passphrase-file.'
        : `It was made for the recipient ${key.recipient}: give the file of that key with --recipient-key.`,
    );
  if (key.kind === 'recipient' && opener.kind === 'recipient') {
    const opened = openSealedBox(opener.key, bytes64(key.wrapped));
    if (opened?.length !== keyBytes)
      throw invalid(`It was made for the recipient ${key.recipient}, and this is ${keyIdOf(opener.key.publicKey)}.`);
    return opened;
  }
  if (key.kind === 'passphrase' && opener.kind === 'passphrase') {
    const derived = await fromPassphrase(opener.passphrase, bytes64(key.salt), key);
    try {
      return unseal(derived, bytes64(key.wrapped), boundTo);
    } catch (cause) {
      throw invalid('This passphrase does not open it.', cause);
    } finally {
      derived.fill(0);
    }
  }
  throw invalid('It does not say what opens it.');
}

/** @throws MenshenError `backup-invalid`. */
export function parsedHeader(text: string): BackupHeader {
  const value: unknown = jsonOrUndefined(text);
  const { format, version } = Object(value) as { format?: unknown; version?: unknown };
  if (format !== 'menshen-backup') throw invalid('It is no backup of this product.');
  if (version !== 1)
    throw invalid(
      `It has format ${String(version).slice(0, 20)}, this version reads format 1: use the version that made it.`,
    );
  if (!Value.Check(header, value) || canonicalJson(value) !== text) throw invalid('Its header was changed.');
  return value;
}

/** Argon2id off the thread that answers the gate. Wipes the passphrase. */
async function fromPassphrase(passphrase: Uint8Array, salt: Uint8Array, argon: Argon2idCost): Promise<Uint8Array> {
  const { passes, memoryBytes } = argon;
  const hasher = new Argon2idPool({ cost: { passes, memoryBytes }, workers: 1, queueLimit: 1 });
  try {
    return await hasher.hash(passphrase, salt);
  } finally {
    await hasher.close();
  }
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is no header, said by the caller.
    return undefined;
  }
}

export const invalid = (what: string, cause?: unknown): MenshenError =>
  new MenshenError('backup-invalid', what, { cause });

const boundTo = 'menshen:backup:data-key:1';
const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
