import { createHash } from 'node:crypto';
import { auditEntryProblem } from '../audit/index.js';
import { keyIdOf, verifySignature } from '../crypto/index.js';
import { type AuditRow, type CheckpointBody, type Signer, type Succession, signerChain } from '../store/index.js';
import { opened } from './chunks.js';
import { invalid, type Opener } from './header.js';
import { auditRowOf, bytes64, type Line, type LineOf, lineOrder, parsedLine, successionOf } from './lines.js';
import { type Manifest, parsedEnding, parsedManifest } from './manifest.js';

export interface ReadOptions {
  /** Asked for once it is known that there is something to open. */
  readonly opener: () => Opener;
  /**
   * The old device’s public key (base64) or its name, as it was written down elsewhere. Needed where the file was made
   * for a recipient: anybody who has that public key could have made one.
   */
  readonly deviceKey?: string | undefined;
}

/** What a backup turned out to be, once all of it was read and held. */
export interface BackupFacts {
  readonly backupId: string;
  readonly deviceId: string;
  readonly version: string;
  readonly madeAt: string;
  readonly keyId: string;
  /** `given`: the key was compared with one from elsewhere. `passphrase`: who made it knew the passphrase. */
  readonly madeBy: 'given' | 'passphrase';
  readonly people: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly erasedMeanwhile: number;
  readonly damaged: number;
  readonly head: Manifest['head'];
  /** Consents and receipts that no key of the old device signed; they count as little on the new one. */
  readonly unverified: number;
  /** Audit entries a day, of the last week. */
  readonly entriesADay: number;
}

/** Everything before the records: who made it. */
export interface FormerKeys {
  readonly manifest: Manifest;
  readonly manifestText: string;
  readonly manifestSignature: Uint8Array;
  readonly successions: readonly Succession[];
  readonly signers: readonly Signer[];
}

/** Who takes the records in, in their order; a line that was not told yet may still make the whole refused. */
export interface Taker {
  begin(former: FormerKeys): void;
  take(line: Line): void;
  /** Every record was told. */
  end?(): void;
}

const weekMs = 7 * 86_400_000;

/**
 * Reads a backup from its first byte to its last: opens it, checks who made it, walks its audit and counts its records.
 *
 * @throws MenshenError `backup-invalid` with what is wrong.
 */
export async function readBackup(
  file: AsyncIterable<Uint8Array>,
  { opener, deviceKey }: ReadOptions,
  taker?: Taker,
): Promise<BackupFacts> {
  const { header, lines } = await opened(file, opener);
  const isPassphrase = header.key.kind === 'passphrase';
  let reading: Reading | undefined;
  let last: LineOf<'end'> | undefined;
  const digest = createHash('sha256');
  for await (const bytes of lines) {
    if (last !== undefined) throw invalid('Something follows its end.');
    const line = parsedLine(bytes);
    if (line.t === 'end') {
      last = line;
      continue;
    }
    digest.update(bytes).update('\n');
    if (reading === undefined) {
      reading = new Reading(line, deviceKey, isPassphrase, taker);
      if (reading.manifest.backupId !== header.backupId || reading.manifest.deviceId !== header.deviceId)
        throw invalid('Its header speaks of another backup.');
    } else reading.line(line);
  }
  if (reading === undefined || last === undefined) throw invalid('It has no end.');
  return { ...reading.end(last, digest.digest('hex')), madeBy: deviceKey === undefined ? 'passphrase' : 'given' };
}

/** The state of one reading. */
class Reading {
  readonly manifest: Manifest;
  readonly #key: Uint8Array;
  readonly #manifestLine: LineOf<'manifest'>;
  readonly #taker: Taker | undefined;
  readonly #successions: Succession[] = [];
  readonly #counts: Record<string, number> = { manifest: 1 };
  #signers: readonly Signer[] | undefined;
  #at = 0;
  #previous: Pick<AuditRow, 'seq' | 'hash'> | undefined;
  #serial = 0;
  #unverified = 0;
  #lastWeek = 0;

  constructor(first: Line, deviceKey: string | undefined, isPassphrase: boolean, taker: Taker | undefined) {
    if (first.t !== 'manifest') throw invalid('It does not begin with what it is.');
    this.manifest = parsedManifest(first.body);
    this.#manifestLine = first;
    this.#taker = taker;
    const key = bytes64(this.manifest.publicKey);
    this.#key = key;
    const own = keyIdOf(key);
    if (own !== this.manifest.keyId || !verifySignature(key, first.body, bytes64(first.signature)))
      throw invalid('The signature of the device that it names does not hold.');
    if (deviceKey === undefined && !isPassphrase)
      throw invalid(
        `Anybody could have made it for this recipient. It says that the device key ${own} did: compare with the one on a receipt, a panel’s audit head or the inspector’s bundle of the old device, and give that with --device-key.`,
      );
    if (deviceKey !== undefined && deviceKey !== own && deviceKey !== this.manifest.publicKey)
      throw invalid(`Another device made it: its key is ${own}.`);
  }

  line(line: Line): void {
    const at = lineOrder.indexOf(line.t);
    if (at < this.#at || line.t === 'manifest') throw invalid('Its records are not in their order.');
    this.#at = at;
    this.#counts[line.t] = (this.#counts[line.t] ?? 0) + 1;
    if (line.t === 'signer') {
      if (this.#successions.length >= 1000) throw invalid('It names more signing keys than a device has.');
      this.#successions.push(successionOf(line));
      return;
    }
    this.#known();
    this.#check(line);
    this.#taker?.take(line);
  }

  end(line: LineOf<'end'>, sha256: string): Omit<BackupFacts, 'madeBy'> {
    this.#known();
    this.#taker?.end?.();
    const { manifest } = this;
    const ending = parsedEnding(line.body);
    const signed = line.keyId === manifest.keyId && verifySignature(this.#key, line.body, bytes64(line.signature));
    if (!signed || ending.backupId !== manifest.backupId || ending.sha256 !== sha256)
      throw invalid('Its end is not signed by the device that began it, or speaks of other records.');
    const { head } = manifest;
    const hash = Buffer.from(this.#previous?.hash ?? new Uint8Array(32)).toString('hex');
    if ((this.#previous?.seq ?? 0) !== head.seq || hash !== head.hash || this.#serial !== head.eventSerial)
      throw invalid(`Its audit ends at entry ${this.#previous?.seq ?? 0}, and should end at ${head.seq}.`);
    const { backupId, deviceId, version, madeAt, keyId } = manifest;
    return {
      ...{ backupId, deviceId, version, madeAt, keyId, head, people: this.#counts.person ?? 0, counts: this.#counts },
      ...{ erasedMeanwhile: ending.gone, damaged: ending.damaged, unverified: this.#unverified },
      entriesADay: Math.ceil(this.#lastWeek / 7),
    };
  }

  /** Once its keys were told: the rest is checked with them. */
  #known(): readonly Signer[] {
    if (this.#signers !== undefined) return this.#signers;
    this.#signers = signerChain(this.#key, this.#successions);
    this.#taker?.begin({
      ...{ manifest: this.manifest, manifestText: this.#manifestLine.body, successions: this.#successions },
      ...{ manifestSignature: bytes64(this.#manifestLine.signature), signers: this.#signers },
    });
    return this.#signers;
  }

  #check(line: Line): void {
    if (line.t === 'audit') this.#checkAudit(auditRowOf(line));
    if (line.t === 'checkpoint') this.#checkCheckpoint(line);
    if ((line.t === 'consent' || line.t === 'receipt') && !this.#holds(line)) this.#unverified += 1;
    const once = ['checkpoint', 'configuration'].includes(line.t) && (this.#counts[line.t] ?? 0) > 1;
    if (once || (line.t === 'pepper' && (this.#counts.pepper ?? 0) > 100))
      throw invalid('It holds more of a kind than a device has.');
  }

  #checkAudit(row: AuditRow): void {
    const signer = this.#known().find(({ keyId }) => keyId === row.keyId);
    const inForce =
      signer !== undefined && row.seq >= signer.fromSeq && row.seq <= (signer.untilSeq ?? Number.POSITIVE_INFINITY);
    const problem = auditEntryProblem(row, this.#previous, this.#serial, inForce ? signer.publicKey : undefined);
    if (problem !== undefined) throw invalid(`Its audit does not hold: ${problem}.`);
    this.#previous = row;
    this.#serial = row.eventSerial ?? this.#serial;
    if (row.atMs >= Date.parse(this.manifest.madeAt) - weekMs) this.#lastWeek += 1;
  }

  #checkCheckpoint(line: LineOf<'checkpoint'>): void {
    if (!this.#holds(line)) throw invalid('The checkpoint of its pruned audit is not signed by the device.');
    // Signed by the device, so written by its audit room.
    const { seq, hash, eventSerial } = JSON.parse(line.body) as CheckpointBody;
    this.#previous = { seq, hash: new Uint8Array(Buffer.from(hash, 'hex')) };
    this.#serial = eventSerial;
  }

  #holds({ body, keyId, signature }: { body: string; keyId: string; signature: string }): boolean {
    const signer = this.#known().find((each) => each.keyId === keyId);
    return signer !== undefined && verifySignature(signer.publicKey, body, bytes64(signature));
  }
}
