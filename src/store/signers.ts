import { canonicalJson, keyIdOf, type SigningKey, signingKeyFromSeed, verifySignature } from '../crypto/index.js';
import type { Database, Row } from './database.js';
import type { Keyring } from './keyring.js';
import { bytesOf, textOf } from './rows.js';

/** Public halves of the keys that this device signs or signed with, by their names. */
export interface PublicKeys {
  publicKeyOf(keyId: string): Uint8Array | undefined;
}

/** How one signing key took over from another; both signed these very words (`statement` is canonical JSON). */
export interface Succession {
  readonly statement: string;
  readonly byItself: Uint8Array;
  readonly byPrevious: Uint8Array;
}

export interface SuccessionStatement {
  /** `restored`: another device goes on from a backup; the key before signed no more than that backup. */
  readonly format: 'menshen-signing-key-1' | 'menshen-signing-key-restored-1';
  readonly keyId: string;
  /** Base64, 32 bytes. */
  readonly publicKey: string;
  readonly previousKeyId: string;
  readonly previousPublicKey: string;
  /** The last audit entry under the previous key; it signs nothing after it. */
  readonly previousUntilSeq: number;
  readonly at: string;
  /** Of a restored device: the backup's manifest, word for word. */
  readonly manifest?: string;
}

/** What the key before must have said of the backup that another device goes on from. */
interface BackupManifest {
  readonly format: 'menshen-backup-1';
  readonly keyId: string;
  readonly head: { readonly seq: number };
}

/** A backup's manifest as the device signed it that it was made on. */
export interface FormerDevice {
  readonly manifest: string;
  readonly signature: Uint8Array;
  readonly publicKey: Uint8Array;
  /** How its key came into force, and those before. */
  readonly successions: readonly Succession[];
}

export interface Signer {
  readonly keyId: string;
  readonly publicKey: Uint8Array;
  readonly fromSeq: number;
  /** Absent for the key in force. */
  readonly untilSeq?: number;
  /** How it came into force; absent for a device's first key. */
  readonly succession?: Succession;
}

/**
 * Walks from a public key that is trusted back to a device's first one: each key vouches for the one before it and says
 * up to which audit entry that one counts. What nobody trusted vouches for is left out.
 *
 * @returns newest first.
 */
export function signerChain(publicKey: Uint8Array, successions: readonly Succession[]): Signer[] {
  const left = new Map(successions.map((each) => [stated(each)?.keyId, each] as const));
  const chain: Signer[] = [];
  let trusted: Uint8Array = publicKey;
  let untilSeq: number | undefined;
  for (;;) {
    const keyId = keyIdOf(trusted);
    const end = untilSeq === undefined ? {} : { untilSeq };
    const succession = left.get(keyId);
    left.delete(keyId);
    const statement = succession === undefined ? undefined : provenStatement(succession, trusted);
    if (succession === undefined || statement === undefined) {
      chain.push({ keyId, publicKey: trusted, fromSeq: 1, ...end });
      return chain;
    }
    chain.push({ keyId, publicKey: trusted, fromSeq: statement.previousUntilSeq + 1, ...end, succession });
    trusted = new Uint8Array(Buffer.from(statement.previousPublicKey, 'base64'));
    untilSeq = statement.previousUntilSeq;
  }
}

/** The key that signs now and those before it; what they signed stays valid, what they sign after their end does not. */
export class Signers implements PublicKeys {
  readonly #db: Database;
  readonly #keys: Keyring;
  #version = 0;
  #key: SigningKey | undefined;
  #chain: readonly Signer[] = [];

  constructor(db: Database, keys: Keyring) {
    this.#db = db;
    this.#keys = keys;
  }

  /** One object for good: who holds it signs with whichever key is in force. */
  readonly signingKey: SigningKey = this.#standing();

  /** Newest first. */
  list(): readonly Signer[] {
    this.#current();
    return this.#chain;
  }

  publicKeyOf(keyId: string): Uint8Array | undefined {
    return this.list().find((signer) => signer.keyId === keyId)?.publicKey;
  }

  /** For audit entries: a key counts only for those written while it was in force. */
  publicKeyAt(keyId: string, seq: number): Uint8Array | undefined {
    const signer = this.list().find((each) => each.keyId === keyId);
    if (signer === undefined || seq < signer.fromSeq || seq > (signer.untilSeq ?? Number.POSITIVE_INFINITY))
      return undefined;
    return signer.publicKey;
  }

  /** True when this device signed it, with whichever of its keys. */
  verifies(signed: { readonly keyId: string; readonly body: string; readonly signature: Uint8Array }): boolean {
    const publicKey = this.publicKeyOf(signed.keyId);
    return publicKey !== undefined && verifySignature(publicKey, signed.body, signed.signature);
  }

  /**
   * What a new key and the present one both sign. Inside `Keyring.change`, with the new seed.
   *
   * @param untilSeq the last audit entry under the present key.
   */
  succeed(seed: Uint8Array, untilSeq: number, nowMs: number): SuccessionStatement {
    const before = this.#current();
    const next = signingKeyFromSeed(seed);
    const statement: SuccessionStatement = {
      format: 'menshen-signing-key-1',
      keyId: next.keyId,
      publicKey: base64(next.publicKey),
      previousKeyId: before.keyId,
      previousPublicKey: base64(before.publicKey),
      previousUntilSeq: untilSeq,
      at: new Date(nowMs).toISOString(),
    };
    const text = canonicalJson(statement);
    this.#db.run(
      'INSERT INTO signer (key_id, statement, by_itself, by_previous) VALUES (?, ?, ?, ?)',
      next.keyId,
      text,
      next.sign(text),
      before.sign(text),
    );
    next.wipe();
    return statement;
  }

  /** How the keys came into force, as a backup carries it. */
  successions(): Succession[] {
    return this.#db.all('SELECT * FROM signer').map(successionOf);
  }

  /**
   * This store goes on where another device's backup ends: what that one signed up to there counts here too. For a new
   * store alone, before it signs anything.
   *
   * @param untilSeq the backup's last audit entry.
   */
  goOnFrom(former: FormerDevice, untilSeq: number, nowMs: number): void {
    const own = this.#current();
    const statement: SuccessionStatement = {
      format: 'menshen-signing-key-restored-1',
      keyId: own.keyId,
      publicKey: base64(own.publicKey),
      previousKeyId: keyIdOf(former.publicKey),
      previousPublicKey: base64(former.publicKey),
      previousUntilSeq: untilSeq,
      at: new Date(nowMs).toISOString(),
      manifest: former.manifest,
    };
    const text = canonicalJson(statement);
    for (const { statement: said, byItself, byPrevious } of [
      ...former.successions,
      { statement: text, byItself: own.sign(text), byPrevious: former.signature },
    ])
      this.#db.run(
        'INSERT INTO signer (key_id, statement, by_itself, by_previous) VALUES (?, ?, ?, ?)',
        stated({ statement: said })?.keyId ?? '',
        said,
        byItself,
        byPrevious,
      );
    // The chain is walked anew.
    this.wipe();
  }

  wipe(): void {
    this.#key?.wipe();
    this.#key = undefined;
    this.#version = 0;
  }

  #current(): SigningKey {
    const { version, bytes } = this.#keys.current('signing');
    if (this.#key !== undefined && this.#version === version) return this.#key;
    this.#key?.wipe();
    const key = signingKeyFromSeed(bytes);
    this.#key = key;
    this.#version = version;
    this.#chain = signerChain(key.publicKey, this.#db.all('SELECT * FROM signer').map(successionOf));
    return key;
  }

  #standing(): SigningKey {
    const current = () => this.#current();
    return {
      get keyId() {
        return current().keyId;
      },
      get publicKey() {
        return current().publicKey;
      },
      sign: (message) => current().sign(message),
      wipe: () => this.wipe(),
    };
  }
}

/** What both keys said, if both did. */
function provenStatement(succession: Succession, publicKey: Uint8Array): SuccessionStatement | undefined {
  const statement = stated(succession);
  if (statement === undefined || !verifySignature(publicKey, succession.statement, succession.byItself))
    return undefined;
  const previous = new Uint8Array(Buffer.from(statement.previousPublicKey, 'base64'));
  const said = statement.format === 'menshen-signing-key-1' ? succession.statement : manifestOf(statement);
  return said !== undefined && verifySignature(previous, said, succession.byPrevious) ? statement : undefined;
}

/** The manifest of the very backup that a device says it goes on from; undefined when it is of another. */
function manifestOf({ manifest, previousKeyId, previousUntilSeq }: SuccessionStatement): string | undefined {
  const said = parsed(manifest ?? '') as Partial<BackupManifest> | undefined;
  const fits =
    said?.format === 'menshen-backup-1' && said.keyId === previousKeyId && said.head?.seq === previousUntilSeq;
  return fits ? manifest : undefined;
}

/** Believed only once both signatures over it hold. */
function stated({ statement }: Pick<Succession, 'statement'>): SuccessionStatement | undefined {
  return parsed(statement) as SuccessionStatement | undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

const successionOf = (row: Row): Succession => ({
  statement: textOf(row, 'statement'),
  byItself: bytesOf(row, 'by_itself'),
  byPrevious: bytesOf(row, 'by_previous'),
});

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
