import { createHash } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import { auditEntryProblem } from '../audit/index.js';
import { equalBytes, keyIdOf, verifySignature } from '../crypto/index.js';
import { type AuditRow, type CheckpointBody, type Signer, type Succession, signerChain } from '../store/index.js';
import { auditFolder, checkpointFile, prunedFile, publicKeyFile } from './contents.js';
import { manifestFile, signatureFile } from './inspector.js';
import { ZipReader } from './zip-reader.js';

export interface BundleVerdict {
  readonly holds: boolean;
  readonly problems: readonly string[];
  readonly deviceId: string;
  readonly madeAt: string;
  /** Names the key; compare it with the one written down when the device was installed. */
  readonly keyId: string;
  /** `bundle`: the key came out of the bundle itself, so it proves that nothing was changed, not who made it. */
  readonly keyFrom: 'given' | 'bundle';
  readonly files: number;
  readonly audit: {
    readonly from: number;
    readonly to: number;
    readonly entries: number;
    /** Compare it with checkpoints kept elsewhere. */
    readonly headHash: string;
  };
}

/** Small files are read whole up to here. */
const smallBytes = 64 * 1024 * 1024;
/** Characters, many times those of the longest entry. */
const longestLine = 1024 * 1024;

/**
 * Checks a bundle off line: every file’s hash, the manifest’s signature, the audit chain entry by entry, its checkpoint and
 * the receipts’ signatures. Long ones are streamed.
 *
 * @param publicKey base64, as `GET /v1/device` gives it; without it the bundle’s own key is used, and the verdict says so.
 * @throws MenshenError `bundle-invalid` for what is no bundle at all.
 */
export async function verifyBundle(path: string, publicKey?: string): Promise<BundleVerdict> {
  const zip = await ZipReader.open(path);
  try {
    return await new Verification(zip, publicKey).run();
  } finally {
    await zip.close();
  }
}

interface Manifest {
  readonly deviceId: string;
  readonly madeAt: string;
  readonly audit: { readonly from: number; readonly to: number };
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

class Verification {
  readonly #zip: ZipReader;
  readonly #given: string | undefined;
  readonly #problems: string[] = [];
  #key: Uint8Array = new Uint8Array(0);
  /** The key and those it took over from. */
  #signers: readonly Signer[] = [];
  #previous: Pick<AuditRow, 'seq' | 'hash'> | undefined;
  #serial: number | undefined;
  #entries = 0;

  constructor(zip: ZipReader, given: string | undefined) {
    this.#zip = zip;
    this.#given = given;
  }

  async run(): Promise<BundleVerdict> {
    const own = await this.#json<{ publicKey?: string; successions?: unknown }>(publicKeyFile);
    this.#key = new Uint8Array(Buffer.from(this.#given ?? own?.publicKey ?? '', 'base64'));
    if (this.#given !== undefined && own?.publicKey !== this.#given) this.#problem('it was made under another key');
    this.#signers = signerChain(this.#key, successionsIn(own?.successions));
    const manifest = await this.#manifest();
    await this.#files(manifest);
    await this.#audit(manifest);
    await this.#checkpoint(manifest);
    await this.#receipts();
    return {
      holds: this.#problems.length === 0,
      problems: this.#problems,
      deviceId: manifest.deviceId,
      madeAt: manifest.madeAt,
      keyId: keyIdOf(this.#key),
      keyFrom: this.#given === undefined ? 'bundle' : 'given',
      files: this.#zip.entries.length,
      audit: {
        ...manifest.audit,
        entries: this.#entries,
        headHash: Buffer.from(this.#previous?.hash ?? []).toString('hex'),
      },
    };
  }

  async #manifest(): Promise<Manifest> {
    const bytes = await this.#bytes(manifestFile);
    const signed = await this.#json<{ signature?: string }>(signatureFile);
    const signature = new Uint8Array(Buffer.from(signed?.signature ?? '', 'base64'));
    if (bytes === undefined || !verifySignature(this.#key, new Uint8Array(bytes), signature))
      this.#problem('the manifest’s signature does not hold: the bundle was changed or its end is missing');
    const value = parsed<Partial<Manifest>>(bytes) ?? {};
    return {
      deviceId: String(value.deviceId ?? 'unknown'),
      madeAt: String(value.madeAt ?? 'unknown'),
      audit: { from: Number(value.audit?.from ?? 1), to: Number(value.audit?.to ?? 0) },
      files: Array.isArray(value.files) ? value.files : [],
    };
  }

  /** What the manifest names is there, as it names it, and nothing else is. */
  async #files({ files }: Manifest): Promise<void> {
    const named = new Map(files.map((file) => [file.name, file]));
    for (const entry of this.#zip.entries) {
      if (entry.name === manifestFile || entry.name === signatureFile) continue;
      const file = named.get(entry.name);
      named.delete(entry.name);
      if (file === undefined) {
        this.#problem(`${entry.name} is not named in the manifest`);
        continue;
      }
      const digest = createHash('sha256');
      for await (const piece of this.#zip.read(entry)) digest.update(piece);
      if (digest.digest('hex') !== file.sha256 || entry.bytes !== file.bytes)
        this.#problem(`${entry.name} is not as the manifest says`);
    }
    for (const name of named.keys()) this.#problem(`${name} is missing`);
  }

  async #audit({ audit }: Manifest): Promise<void> {
    await this.#pruned(audit.from);
    const files = this.#zip.entries.filter(({ name }) => name.startsWith(auditFolder));
    for (const { name } of files) {
      for await (const line of this.#lines(name)) {
        const row = rowOf(line);
        const problem = row === undefined ? `${name} has a line that is no entry` : this.#entryProblem(row, audit.from);
        if (problem !== undefined) return this.#problem(`audit: ${problem}`);
        this.#previous = row;
        this.#serial = row?.eventSerial ?? this.#serial;
        this.#entries += 1;
      }
    }
    const last = this.#previous?.seq ?? audit.from - 1;
    if (last !== audit.to) this.#problem(`audit: it ends at entry ${last}, the manifest says ${audit.to}`);
  }

  /** A chain whose beginning was pruned begins after the signed checkpoint, by its word alone. */
  async #pruned(from: number): Promise<void> {
    if (!this.#zip.entries.some(({ name }) => name === prunedFile)) return;
    const signed = await this.#json<{ body?: string; keyId?: string; signature?: string }>(prunedFile);
    const signer = this.#signers.find(({ keyId }) => keyId === signed?.keyId);
    const signature = new Uint8Array(Buffer.from(String(signed?.signature ?? ''), 'base64'));
    const body = String(signed?.body ?? '');
    const stated = parsed<Partial<CheckpointBody>>(Buffer.from(body));
    if (
      signer === undefined ||
      !verifySignature(signer.publicKey, body, signature) ||
      stated?.format !== 'menshen-checkpoint-1'
    )
      return this.#problem('audit: the checkpoint of what was pruned carries no signature of this device');
    // A bundle that begins later goes on after a former one.
    if (stated.seq !== from - 1) return;
    this.#previous = { seq: stated.seq, hash: new Uint8Array(Buffer.from(String(stated.hash), 'hex')) };
    this.#serial = stated.eventSerial;
  }

  #entryProblem(row: AuditRow, from: number): string | undefined {
    // A bundle that begins in the middle takes the first entry’s word for what came before; an older one shows that.
    const before = this.#previous ?? (from === 1 ? undefined : { ...row, seq: from - 1, hash: row.prevHash });
    const serial = this.#previous === undefined && from === 1 ? 0 : this.#serial;
    const signer = this.#signers.find(({ keyId }) => keyId === row.keyId);
    const inForce = signer !== undefined && row.seq >= signer.fromSeq && row.seq <= (signer.untilSeq ?? row.seq);
    return auditEntryProblem(row, before, serial, inForce ? signer.publicKey : undefined);
  }

  async #checkpoint({ audit, deviceId }: Manifest): Promise<void> {
    const signed = await this.#json<{ body?: string; signature?: string }>(checkpointFile);
    const body = String(signed?.body ?? '');
    const signature = new Uint8Array(Buffer.from(String(signed?.signature ?? ''), 'base64'));
    const stated = parsed<{ seq?: number; hash?: string; deviceId?: string }>(Buffer.from(body));
    const hash = Buffer.from(stated?.hash ?? '', 'hex');
    const fits =
      verifySignature(this.#key, body, signature) &&
      stated?.seq === audit.to &&
      stated.deviceId === deviceId &&
      equalBytes(hash, this.#previous?.hash ?? new Uint8Array(0));
    if (!fits) this.#problem('audit: the checkpoint does not fit the chain’s end');
  }

  async #receipts(): Promise<void> {
    for await (const line of this.#lines('receipts.ndjson')) {
      const receipt = parsed<{ id?: string; body?: string; keyId?: string; signature?: string }>(Buffer.from(line));
      const signature = new Uint8Array(Buffer.from(String(receipt?.signature ?? ''), 'base64'));
      const signer = this.#signers.find(({ keyId }) => keyId === receipt?.keyId);
      if (signer === undefined || !verifySignature(signer.publicKey, String(receipt?.body ?? ''), signature))
        return this.#problem(`receipt ${receipt?.id ?? '(none)'}: its signature does not hold`);
    }
  }

  async *#lines(name: string): AsyncGenerator<string> {
    const entry = this.#zip.entries.find((each) => each.name === name);
    if (entry === undefined) return;
    const decoder = new StringDecoder('utf8');
    let rest = '';
    for await (const piece of this.#zip.read(entry)) {
      const lines = (rest + decoder.write(Buffer.from(piece))).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > longestLine) return this.#problem(`${name} has a line longer than any entry`);
      yield* lines.filter((line) => line !== '');
    }
    if (rest !== '') yield rest;
  }

  async #bytes(name: string): Promise<Buffer | undefined> {
    const entry = this.#zip.entries.find((each) => each.name === name);
    if (entry === undefined || entry.bytes > smallBytes) return undefined;
    const pieces: Uint8Array[] = [];
    for await (const piece of this.#zip.read(entry)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  async #json<T extends object>(name: string): Promise<T | undefined> {
    return parsed<T>(await this.#bytes(name));
  }

  #problem(what: string): void {
    this.#problems.push(what);
  }
}

/** Undefined for what is no JSON object: whoever made it, no field of it is believed. */
function parsed<T extends object>(bytes: Buffer | undefined): T | undefined {
  try {
    const value: unknown = JSON.parse(bytes?.toString('utf8') ?? '');
    return typeof value === 'object' && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}

function successionsIn(value: unknown): Succession[] {
  if (!Array.isArray(value)) return [];
  return value.map((each: Record<string, unknown> | null) => ({
    statement: String(each?.statement),
    byItself: new Uint8Array(Buffer.from(String(each?.byItself), 'base64')),
    byPrevious: new Uint8Array(Buffer.from(String(each?.byPrevious), 'base64')),
  }));
}

function rowOf(line: string): AuditRow | undefined {
  const value = parsed<Record<string, unknown>>(Buffer.from(line));
  if (value === undefined) return undefined;
  const bytes = (name: string, encoding: BufferEncoding) => new Uint8Array(Buffer.from(String(value[name]), encoding));
  return {
    seq: Number(value.seq),
    atMs: Number(value.atMs),
    kind: String(value.kind),
    ...(value.eventSerial === undefined ? {} : { eventSerial: Number(value.eventSerial) }),
    body: String(value.body),
    prevHash: bytes('prevHash', 'hex'),
    hash: bytes('hash', 'hex'),
    keyId: String(value.keyId),
    signature: bytes('signature', 'base64'),
  };
}
