import { randomUUID } from 'node:crypto';
import {
  type AuditBody,
  type AuditPort,
  asMenshenError,
  type Clock,
  cannotBeWritten,
  type Logger,
  MenshenError,
} from '../core/index.js';
import type { StateDoubt, Store } from '../store/index.js';
import { details, type RollbackFinding } from './finding.js';
import { historyOf, lacks } from './history.js';
import { openInDoubt, type RecordedIncidents } from './open-incidents.js';
import type { WitnessFile, WitnessNote } from './witness.js';

/** A number that can be raised and never lowered, such as a counter in a TPM. */
export interface MonotonicCounter {
  /** At a start, when nothing else is to be done: it waits. @throws MenshenError `tpm-unusable`. */
  read(): number;
  /**
   * By one, beside everything else; ends within seconds, whatever the TPM does.
   *
   * @param about called with the number that it will have, before it has. @throws MenshenError `tpm-unusable`.
   */
  raise(about: (next: number) => void): Promise<void>;
}

/** The audit, which leaves numbers out where an old copy was put back. */
export interface GapAudit extends AuditPort {
  appendAfterGap(body: AuditBody, lostUntil?: { readonly seq: number; readonly eventSerial: number }): unknown;
  /** Reads all of the audit. */
  incidents(): RecordedIncidents;
}

export interface RollbackParts {
  readonly store: Store;
  readonly audit: GapAudit;
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
  readonly logger: Logger;
  readonly witnesses: readonly WitnessFile[];
  readonly counter?: MonotonicCounter;
}

/** More than can happen between two notes: what panels may have seen is never numbered again. */
const numbersLeftOut = 1000;
const counterPeriodMs = 86_400_000;
/** After a failure; twice as long after each further one. */
const firstWaitMs = 10_000;
const longestWaitMs = 3_600_000;

/**
 * Notices that an old copy of the store was put back. The store is compared with what it was seen to be: by files beside
 * and outside it, by a counter that cannot be lowered, and by panels that kept a head. Until somebody has looked, face
 * mode is off; card and PIN go on.
 */
export class RollbackGuard {
  readonly #parts: RollbackParts;
  #noted: Pick<WitnessNote, 'seq' | 'epoch'> = { seq: -1, epoch: -1 };
  #raising: Promise<void> | undefined;
  #raiseOwed = false;
  #raiseFailures = 0;
  /** Monotonic. */
  #raisedAtMs = Number.NEGATIVE_INFINITY;
  #nextRaiseAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: RollbackParts) {
    this.#parts = parts;
  }

  /** Before anything else is written to a store that was just opened. */
  check(): void {
    const { store } = this.#parts;
    const doubt = store.state.doubt();
    if (doubt === undefined) this.#takeOver();
    const incidents = doubt === undefined ? '' : this.#doubted(doubt);
    if (store.state.read('store-id') === undefined)
      store.withReserve(() => store.state.write('store-id', randomUUID()));
    const known = new Set((store.state.read('witnessed-by') ?? '').split(' '));
    for (const witness of this.#parts.witnesses) {
      const note = witness.read();
      const finding = this.#findingOf(witness.name, note, known.has(witness.name));
      // Of several findings the last one stands: each says which incidents are open.
      if (finding !== undefined) this.#found(withMore(finding, incidents), typeof note === 'object' ? note : undefined);
    }
    const counted = this.#counterFinding();
    if (counted !== undefined) this.#found(withMore(counted, incidents));
    this.note();
  }

  /** Of a store from before what must not be forgotten was sealed: once, and on record. */
  #takeOver(): void {
    const { store, audit, logger } = this.#parts;
    const sealed = () => {
      const names = store.state.takeOver();
      if (names !== undefined) audit.append('store.state-sealed', { names: names.join(' ') });
    };
    try {
      store.withReserve(() => store.transaction(sealed));
    } catch (thrown) {
      // A full disk must not keep the gate from starting; the next start tries again.
      if (!cannotBeWritten(thrown)) throw thrown;
      logger.log('error', 'store.state-not-sealed', { why: thrown.code });
    }
  }

  /**
   * What the store must not forget was taken away, altered or put back: nothing that it says lets anything pass. Confirmed
   * thresholds are unknown, a backup may have been made until now, and incidents are open that the audit tells of.
   *
   * @returns what a person should know of these incidents.
   */
  #doubted(doubt: StateDoubt): string {
    const { store, audit, clock } = this.#parts;
    const how = `state-${doubt}` as const;
    const notes = this.#parts.witnesses.map((witness) => witness.read());
    const onRecord = audit.incidents();
    const isCut = notes.some((note) => typeof note === 'object' && lacks(store, note));
    const incidents = openInDoubt(store, { ...onRecord, whole: onRecord.whole && !isCut });
    const finding = withMore({ by: 'sealed row', how, detail: details[how] }, incidents.detail);
    this.#found(finding, undefined, () => {
      // A witness that this device signed names the store; without its name the other witnesses would tell nothing.
      const known = notes.find((note) => typeof note === 'object');
      if (store.state.read('store-id') === undefined && known !== undefined)
        store.state.write('store-id', known.storeId);
      store.state.write('threshold-confirmed', 'unknown');
      store.state.write('backup-made', new Date(clock.wallMs()).toISOString());
      store.state.write('open-incidents', incidents.ids.join(' '));
      if (incidents.restoredAtSeq !== undefined) store.state.write('restored-at-seq', String(incidents.restoredAtSeq));
    });
    store.state.settleDoubt();
    return incidents.detail;
  }

  /** Tells the witnesses how far the store has come; called every few seconds, and when the service stops. */
  note(): void {
    try {
      this.#note();
    } catch (thrown) {
      // A full disk must keep neither the gate from starting nor the daemon from running; the next note tries again.
      const { code } = thrown as { readonly code?: unknown };
      if (typeof code !== 'string') throw thrown;
      this.#parts.logger.log('error', 'witness.not-written', { why: code });
    }
    this.#raiseWhenDue();
  }

  /** The last note; waits for the counter, which ends within seconds. */
  async close(): Promise<void> {
    this.note();
    await this.#raising;
    // An erasure while it was being raised.
    this.#raiseWhenDue();
    await this.#raising;
  }

  #note(): void {
    const { store, witnesses, clock } = this.#parts;
    const head = store.auditLog.head();
    const { epoch } = store.vault;
    if (head === undefined || (head.seq === this.#noted.seq && epoch === this.#noted.epoch)) return;
    const names = witnesses.map(({ name }) => name).join(' ');
    // Before the files: one that is missing later must have been there.
    if (store.state.read('witnessed-by') !== names) store.state.write('witnessed-by', names);
    const hash = Buffer.from(head.hash).toString('hex');
    const storeId = store.state.read('store-id') ?? '';
    const { seq, eventSerial } = head;
    const atMs = Math.round(clock.wallMs());
    for (const witness of witnesses)
      witness.write({ format: 'menshen-witness-1', storeId, seq, eventSerial, hash, epoch, atMs });
    if (epoch !== this.#noted.epoch) this.#raiseOwed = true;
    this.#noted = { seq, epoch };
  }

  /** What was found and nobody has confirmed yet. */
  standing(): RollbackFinding | undefined {
    const text = this.#parts.store.state.read('rolled-back');
    // Written by `#found` alone.
    return text === undefined ? undefined : (JSON.parse(text) as RollbackFinding);
  }

  /** Somebody looked: the store goes on from what it is now. @throws MenshenError `not-found`. */
  confirm(by: string): void {
    const { store, audit } = this.#parts;
    const finding = this.standing();
    if (finding === undefined) throw new MenshenError('not-found', 'No old copy of the store was noticed.');
    store.transaction(() => {
      store.state.forget('rolled-back');
      store.state.write('rollback-confirmed', new Date(this.#parts.clock.wallMs()).toISOString());
      audit.append('store.rollback-confirmed', { by, found: finding.how, witness: finding.by });
    });
    this.note();
  }

  /** A panel showed a head that this device signed and the store does not contain. */
  shownByPanel(panel: string, head: { readonly seq: number; readonly eventSerial: number; readonly at: string }): void {
    if (head.at <= (this.#parts.store.state.read('rollback-confirmed') ?? '')) return;
    const how = head.seq > (this.#parts.store.auditLog.head()?.seq ?? 0) ? 'behind' : 'another-history';
    this.#found({ by: `panel ${panel}`, how, detail: details[how], knownUntil: head.at }, head);
  }

  #findingOf(by: string, note: ReturnType<WitnessFile['read']>, expected: boolean): RollbackFinding | undefined {
    if (note === 'altered') return { by, how: 'witness-altered', detail: details['witness-altered'] };
    if (note === 'missing')
      return expected ? { by, how: 'witness-missing', detail: details['witness-missing'] } : undefined;
    const { store } = this.#parts;
    const knownUntil = new Date(note.atMs).toISOString();
    if (note.storeId !== store.state.read('store-id'))
      return { by, how: 'another-history', detail: details['another-history'], knownUntil };
    const how = historyOf(store, note);
    return how === undefined ? undefined : { by, how, detail: details[how], knownUntil };
  }

  #counterFinding(): RollbackFinding | undefined {
    const { counter, store } = this.#parts;
    if (counter === undefined) return undefined;
    const stood = readOrGone(counter);
    const kept = store.state.read('counter');
    if (stood === undefined) return { by: 'TPM counter', how: 'counter-reset', detail: details['counter-reset'] };
    if (kept === undefined) {
      store.state.write('counter', String(stood));
      return undefined;
    }
    // One ahead: a crash between the note in the store and the raising.
    if (Number(kept) === stood || Number(kept) === stood + 1) return undefined;
    store.state.write('counter', String(stood));
    const how = Number(kept) < stood ? 'counter-behind' : 'counter-reset';
    return { by: 'TPM counter', how, detail: details[how] };
  }

  /** At each start, after each erasure, and once a day: such counters wear out. Nobody at the gate waits for it. */
  #raiseWhenDue(): void {
    const { counter, clock } = this.#parts;
    const nowMs = clock.monotonicMs();
    const due = this.#raiseOwed || nowMs - this.#raisedAtMs >= counterPeriodMs;
    if (counter === undefined || this.#noted.seq < 0 || this.#raising !== undefined) return;
    if (!due || nowMs < this.#nextRaiseAtMs) return;
    this.#raiseOwed = false;
    this.#raising = this.#raise(counter).finally(() => {
      this.#raising = undefined;
    });
  }

  /** Never rejects: a TPM that fails is asked again, less and less often. */
  async #raise(counter: MonotonicCounter): Promise<void> {
    const { store, clock, logger } = this.#parts;
    try {
      await counter.raise((next) => store.state.write('counter', String(next)));
      this.#raisedAtMs = clock.monotonicMs();
      this.#raiseFailures = 0;
    } catch (thrown) {
      const retryInMs = Math.min(longestWaitMs, firstWaitMs * 2 ** this.#raiseFailures);
      this.#raiseOwed = true;
      this.#raiseFailures += 1;
      this.#nextRaiseAtMs = clock.monotonicMs() + retryInMs;
      logger.log('error', 'witness.counter-not-raised', { why: asMenshenError(thrown).detail, retryInMs });
    }
  }

  #found(
    finding: RollbackFinding,
    newest?: Pick<WitnessNote, 'seq' | 'eventSerial'>,
    also: () => void = () => undefined,
  ): void {
    const { store, audit, logger } = this.#parts;
    const { by, how, knownUntil } = finding;
    const record = () => {
      // First: it mends a sealed row that is gone or altered, and leaves a number out there, which shows for ever.
      audit.appendAfterGap(
        { by, how, knownUntil: knownUntil ?? null },
        newest === undefined || how !== 'behind'
          ? undefined
          : { seq: newest.seq + numbersLeftOut, eventSerial: newest.eventSerial + numbersLeftOut },
      );
      store.state.write('rolled-back', JSON.stringify(finding));
      also();
    };
    store.withReserve(() => store.transaction(record));
    logger.log('error', 'store.rolled-back', { by, how });
  }
}

function withMore(finding: RollbackFinding, more: string): RollbackFinding {
  return { ...finding, detail: `${finding.detail} ${more}`.trim() };
}

/** A counter that cannot be read tells nothing, as one that was reset; card and PIN must not depend on it. */
function readOrGone(counter: MonotonicCounter): number | undefined {
  try {
    return counter.read();
  } catch (thrown) {
    if (thrown instanceof MenshenError && thrown.code === 'tpm-unusable') return undefined;
    throw thrown;
  }
}
