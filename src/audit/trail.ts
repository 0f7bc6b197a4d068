import {
  type AuditBody,
  type AuditEntry,
  type AuditKind,
  asMenshenError,
  type BulkAuditPort,
  type Clock,
  cannotBeWritten,
  type ErrorCode,
  eventKinds,
  type Logger,
  MenshenError,
} from '../core/index.js';
import { canonicalJson } from '../crypto/index.js';
import type { AuditHead, Store } from '../store/index.js';
import { genesisHash, hashOf } from './entry.js';
import { type IncidentsOnRecord, incidentsOnRecord } from './incidents.js';

const eventKindSet: ReadonlySet<string> = new Set(eventKinds);

/** Why nothing is recorded now, so that nothing is granted (invariant 3). */
export interface RecordFailure {
  /** When it was first noticed, by the wall clock of then. */
  readonly sinceMs: number;
  readonly code: ErrorCode;
  /** What happened and what to do. */
  readonly detail: string;
  /** Entries that were refused since. */
  readonly refused: number;
}

/** Refusals of what is being recorded are no fault of the record. */
const faultsOfTheRecord: ReadonlySet<ErrorCode> = new Set([
  ...(['store-full', 'store-failing', 'store-corrupt', 'integrity-violation', 'internal'] as const),
]);

/** The hash-chained, signed record of everything that matters; committed to disk when `append` returns. */
export class AuditTrail implements BulkAuditPort {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger | undefined;
  readonly #listeners = new Set<() => void>();
  #failure: RecordFailure | undefined;

  /** @param logger hears of listeners that fail. */
  constructor(store: Store, clock: Clock, logger?: Logger) {
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
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
    return this.#noted(() => this.#store.withReserve(() => this.#write(kind, bodyFor)));
  }

  /**
   * Records that the store was put back to an old copy, or restored from a backup. Numbers that may have been given since
   * are left out, and the entry says which: they are never given twice.
   *
   * @param lostUntil the highest numbers that are left out; undefined when none are.
   */
  appendAfterGap(
    body: AuditBody,
    lostUntil?: { readonly seq: number; readonly eventSerial: number },
    kind: 'store.rolled-back' | 'backup.restored' = 'store.rolled-back',
  ): { seq: number; serial?: number } {
    return this.#store.withReserve(() => {
      const head = this.#store.transaction(() => {
        const end = this.#end();
        const after = lostUntil === undefined ? end : { ...lostUntil, hash: end.hash };
        const gap =
          lostUntil === undefined
            ? {}
            : {
                ...{ lostFromSeq: end.seq + 1, lostUntilSeq: after.seq },
                ...{ lostFromSerial: end.eventSerial + 1, lostUntilSerial: after.eventSerial },
              };
        const linked = this.#link(after, kind, () => ({ ...body, ...gap }));
        this.#store.auditLog.setHead(linked);
        return linked;
      });
      this.#announce();
      return { seq: head.seq, serial: head.eventSerial };
    });
  }

  /** Reads all that is left of the audit: for a start that believes nothing else. */
  incidents(): IncidentsOnRecord {
    return incidentsOnRecord(this.#store);
  }

  /** Called after something may have been appended; readers look into the log themselves. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The head is read and sealed once for all of them. @throws MenshenError `store-full` as above. */
  appendAll(entries: readonly AuditEntry[]): void {
    this.#noted(() =>
      this.#store.withReserve(() =>
        this.#store.transaction(() => {
          let end = this.#end();
          for (const { kind, body } of entries) end = this.#link(end, kind, () => body);
          this.#store.auditLog.setHead(end);
        }),
      ),
    );
    this.#announce();
  }

  /** Undefined while what is appended gets to the disk: the newest append did, and no write has failed since. */
  failure(): RecordFailure | undefined {
    const write = this.#store.writeFailure();
    if (this.#failure === undefined && write !== undefined) {
      const { code, detail, failures } = write;
      this.#failure = { sinceMs: Math.round(this.#clock.wallMs()), code, detail, refused: failures };
    }
    return this.#failure;
  }

  /** Tries again where appending failed, and says in the record since when nothing was recorded; called every now and then. */
  resume(): void {
    const failure = this.failure();
    if (failure === undefined) return;
    const { sinceMs, code, refused } = failure;
    try {
      this.append('audit.resumed', { since: new Date(sinceMs).toISOString(), why: code, refused });
    } catch (thrown) {
      // The trial itself is nothing that was to be recorded.
      if (this.#failure !== undefined) this.#failure = { ...this.#failure, refused };
      if (!cannotBeWritten(thrown)) throw thrown;
    }
  }

  #noted<T>(work: () => T): T {
    try {
      const result = work();
      this.#failure = undefined;
      return result;
    } catch (thrown) {
      const { code, detail } = asMenshenError(thrown);
      if (faultsOfTheRecord.has(code)) {
        const { sinceMs, refused } = this.#failure ?? { sinceMs: Math.round(this.#clock.wallMs()), refused: 0 };
        this.#failure = { sinceMs, code, detail, refused: refused + 1 };
      }
      throw thrown;
    }
  }

  #write(kind: AuditKind, bodyFor: (serial: number) => AuditBody): { seq: number; serial?: number } {
    const head = this.#store.transaction(() => {
      const linked = this.#link(this.#end(), kind, bodyFor);
      this.#store.auditLog.setHead(linked);
      return linked;
    });
    this.#announce();
    return { seq: head.seq, ...(eventKindSet.has(kind) ? { serial: head.eventSerial } : {}) };
  }

  /** Appends one entry to the chain that ends here; the caller seals the new end. */
  #link(end: AuditHead, kind: AuditKind, bodyFor: (serial: number) => AuditBody): AuditHead {
    const { auditLog, signingKey } = this.#store;
    const serial = eventKindSet.has(kind) ? end.eventSerial + 1 : undefined;
    const unsigned = {
      seq: end.seq + 1,
      atMs: Math.round(this.#clock.wallMs()),
      kind,
      ...(serial === undefined ? {} : { eventSerial: serial }),
      body: canonicalJson(bodyFor(serial ?? 0)),
      prevHash: end.hash,
      keyId: signingKey.keyId,
    };
    const entryHash = hashOf(unsigned);
    auditLog.append({ ...unsigned, hash: entryHash, signature: signingKey.sign(entryHash) });
    return { seq: unsigned.seq, eventSerial: serial ?? end.eventSerial, hash: entryHash };
  }

  /** After the outermost transaction: it is synchronous, so a microtask finds it committed or rolled back. */
  #announce(): void {
    queueMicrotask(() => {
      for (const listener of this.#listeners) this.#tell(listener);
    });
  }

  /** What was recorded is recorded: a listener's fault is its own, and keeps no other from hearing of it. */
  #tell(listener: () => void): void {
    try {
      listener();
    } catch (thrown) {
      this.#logger?.log('error', 'audit.listener-failed', { message: String(thrown) });
    }
  }

  /**
   * Where to go on: after the sealed head, whatever rows are left, so that a cut-off tail stays visible for ever. Where
   * head and rows contradict each other a number is left out on purpose, for the same reason.
   */
  #end(): AuditHead {
    const { auditLog } = this.#store;
    const newest = auditLog.newest() ?? this.#store.checkpoints.newest();
    const head = sealedHead(this.#store);
    if (typeof head === 'object' && head.seq >= (newest?.seq ?? 0)) return head;
    const eventSerial = Math.max(typeof head === 'object' ? head.eventSerial : 0, auditLog.newestEventSerial());
    return { seq: (newest?.seq ?? 0) + 1, eventSerial, hash: newest?.hash ?? genesisHash };
  }
}

/** The sealed head, or what became of it. */
export function sealedHead({ auditLog }: Store): AuditHead | 'missing' | 'altered' {
  try {
    return auditLog.head() ?? 'missing';
  } catch (thrown) {
    if (thrown instanceof MenshenError && thrown.code === 'integrity-violation') return 'altered';
    throw thrown;
  }
}
