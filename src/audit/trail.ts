import {
  type AuditBody,
  type AuditKind,
  type AuditPort,
  type Clock,
  eventKinds,
  MenshenError,
  type Randomness,
} from '../core/index.js';
import { canonicalJson, hash, seal } from '../crypto/index.js';
import type { AuditRow, Store } from '../store/index.js';

export const genesisHash = new Uint8Array(32);
const headBoundTo = 'menshen:audit-head';
const eventKindSet: ReadonlySet<string> = new Set(eventKinds);

/** The hash-chained, signed record of everything that matters; committed to disk when `append` returns. */
export class AuditTrail implements AuditPort {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #randomness: Randomness;
  readonly #listeners = new Set<() => void>();

  constructor(store: Store, clock: Clock, randomness: Randomness) {
    this.#store = store;
    this.#clock = clock;
    this.#randomness = randomness;
  }

  append(kind: AuditKind, body: AuditBody): { seq: number; serial?: number } {
    return this.appendWith(kind, () => body);
  }

  /**
   * The same for a body that states its own event serial (a signed decision does).
   *
   * @throws MenshenError `store-full` when even the reserved space is used up.
   */
  appendWith(kind: AuditKind, bodyFor: (serial: number) => AuditBody): { seq: number; serial?: number } {
    try {
      return this.#write(kind, bodyFor);
    } catch (thrown) {
      if (!(thrown instanceof MenshenError) || thrown.code !== 'store-full' || !this.#store.reserve.release())
        throw thrown;
      return this.#write(kind, bodyFor);
    }
  }

  /** Called after something may have been appended; readers look into the log themselves. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #write(kind: AuditKind, bodyFor: (serial: number) => AuditBody): { seq: number; serial?: number } {
    const result = this.#store.transaction(() => {
      const newest = this.#store.auditLog.newest();
      const serial = eventKindSet.has(kind) ? this.#store.auditLog.newestEventSerial() + 1 : undefined;
      const unsigned = {
        seq: (newest?.seq ?? 0) + 1,
        atMs: Math.round(this.#clock.wallMs()),
        kind,
        ...(serial === undefined ? {} : { eventSerial: serial }),
        body: canonicalJson(bodyFor(serial ?? 0)),
        prevHash: newest?.hash ?? genesisHash,
        keyId: this.#store.signingKey.keyId,
      };
      const entryHash = hashOf(unsigned);
      this.#store.auditLog.append({ ...unsigned, hash: entryHash, signature: this.#store.signingKey.sign(entryHash) });
      this.#store.auditLog.setHead(this.#sealedHead(unsigned.seq, entryHash));
      return { seq: unsigned.seq, ...(serial === undefined ? {} : { serial }) };
    });
    // After the outermost transaction: it is synchronous, so a microtask finds it committed or rolled back.
    queueMicrotask(() => {
      for (const listener of this.#listeners) listener();
    });
    return result;
  }

  #sealedHead(seq: number, entryHash: Uint8Array): Uint8Array {
    const plain = Buffer.from(JSON.stringify({ seq, hash: Buffer.from(entryHash).toString('hex') }));
    return seal(this.#store.keys.deviceSecrets, plain, headBoundTo, this.#randomness);
  }
}

/** BLAKE2b-256 over the canonical JSON of everything in an entry but hash and signature. */
export function hashOf(row: Omit<AuditRow, 'hash' | 'signature'>): Uint8Array {
  return hash(
    canonicalJson({
      seq: row.seq,
      atMs: row.atMs,
      kind: row.kind,
      eventSerial: row.eventSerial ?? null,
      body: row.body,
      prevHash: Buffer.from(row.prevHash).toString('hex'),
      keyId: row.keyId,
    }),
  );
}

export const auditHeadBinding = headBoundTo;
