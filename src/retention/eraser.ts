import { randomUUID } from 'node:crypto';
import { type AuditEntry, type BulkAuditPort, type Clock, type Logger, MenshenError } from '../core/index.js';
import { canonicalJson } from '../crypto/index.js';
import type { IdentificationGallery } from '../gallery/index.js';
import type { ErasureRow, Store } from '../store/index.js';
import type { DueCause } from './periods.js';
import {
  type CommitContext,
  type Course,
  type EraseScope,
  type EraseTrigger,
  type PendingReceipt,
  purgeReceiptBody,
  type ReceiptContext,
} from './purge-receipt.js';

export interface EraseOrder {
  readonly subjectId: string;
  readonly scope: EraseScope;
  readonly trigger: EraseTrigger;
  /** Which period ended, where one did. */
  readonly cause?: DueCause;
  /** Where a receipt was announced before. */
  readonly receiptId?: string;
  /**
   * Asked right before the rows go, in the same transaction: a person later in a long batch may have given a new consent
   * meanwhile, and what was due no longer is. Left out for what a person asked for.
   */
  readonly stillHolds?: () => boolean;
}

export interface EraserParts {
  readonly store: Store;
  readonly audit: BulkAuditPort;
  readonly gallery: () => IdentificationGallery | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly deviceId: string;
}

/** Some milliseconds of work: whoever asks the gate something waits no longer. */
const ordersPerSlice = 32;
/** Receipts are committed together for so long: a disk takes milliseconds to flush each commit, a flash card more. */
const commitMs = 15;
/** So that a clock that stands still holds nobody up. */
const erasuresPerCommit = 16;

/**
 * Erases people so that no copy of the database opens them any more (invariant 6): their rows go, everybody else's keys
 * move to a new epoch key, the old one is destroyed, the log is emptied, and a signed receipt says when that was done.
 *
 * A batch is done in slices, so that the gate answers meanwhile. The rows go first: from then on nobody is let in by
 * them, and the keys that move are those of people who stay. Each slice's transaction also records which receipts it
 * owes; what a crash or a full disk leaves undone is finished by the next start or sweep, from those records.
 */
export class Eraser {
  readonly #parts: EraserParts;
  /** Erasures that somebody is at: nothing of them was interrupted. */
  readonly #underWay = new Set<string>();
  #closed = false;

  constructor(parts: EraserParts) {
    this.#parts = parts;
  }

  /**
   * One epoch for the whole batch; an erasure that waits for its turn may share that of the one before.
   *
   * @returns the receipts' ids in the order given; none for an order that no longer held.
   * @throws MenshenError of the store: what was deleted stays deleted, and its receipts follow with the next sweep.
   */
  async erase(orders: readonly EraseOrder[]): Promise<string[]> {
    const erasures: ErasureRow[] = [];
    try {
      for (let from = 0; from < orders.length; from += ordersPerSlice) {
        if (from > 0) await this.#pause();
        erasures.push(this.#removeSlice(orders.slice(from, from + ordersPerSlice)));
      }
      return await this.#finish(erasures);
    } finally {
      for (const { id } of erasures) this.#underWay.delete(id);
    }
  }

  /** Destroys keys and signs receipts that earlier erasures still owe. @returns how many erasures that were. */
  async finishInterrupted(): Promise<number> {
    const unfinished = this.#parts.store.erasures.unfinished().filter(({ id }) => !this.#underWay.has(id));
    await this.#finish(unfinished, 'interrupted');
    return unfinished.length;
  }

  /** What is under way is given up at the next slice, and goes on after the next start. */
  close(): void {
    this.#closed = true;
  }

  #removeSlice(orders: readonly EraseOrder[]): ErasureRow {
    const { store, clock, gallery } = this.#parts;
    const startedAtMs = Math.round(clock.wallMs());
    let removed: readonly EraseOrder[] = [];
    // Nothing is acknowledged before the switch of epochs, which is durable and makes this so.
    const erasure = store.provisionalTransaction(() => {
      removed = orders.filter(({ stillHolds }) => stillHolds?.() ?? true);
      const pending = removed.map((order) => this.#remove(order, startedAtMs));
      const row = { id: randomUUID(), startedAtMs, fromEpoch: store.vault.newestEpoch, body: JSON.stringify(pending) };
      store.erasures.begin(row);
      return row;
    });
    this.#underWay.add(erasure.id);
    for (const { subjectId } of removed) gallery()?.remove(subjectId);
    return erasure;
  }

  /** A receipt is never signed before every key that opens what it speaks of is gone. */
  async #finish(erasures: readonly ErasureRow[], course: Course = 'straight'): Promise<string[]> {
    if (erasures.length === 0) return [];
    await this.#parts.store.vault.advancePast(Math.max(...erasures.map(({ fromEpoch }) => fromEpoch)));
    const receiptIds: string[] = [];
    for (let left = erasures; left.length > 0; ) {
      const completed = this.#complete(left, course);
      for (const pending of completed) receiptIds.push(...pending.map(({ receiptId }) => receiptId));
      left = left.slice(completed.length);
      await this.#pause();
    }
    return receiptIds;
  }

  async #pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#closed) throw new MenshenError('store-locked', 'The service stops; the erasure goes on when it starts.');
  }

  #remove(order: EraseOrder, nowMs: number): PendingReceipt {
    const { store } = this.#parts;
    const { subjectId, scope, trigger } = order;
    const cards = scope === 'person' ? store.credentials.cardsOf(subjectId).length : 0;
    const pin = scope === 'person' ? store.credentials.pin(subjectId) : undefined;
    const pins = [pin?.verifier, pin?.duressVerifier].filter((verifier) => verifier !== undefined).length;
    const lastEntries = scope === 'person' && store.doors.hasEntry(subjectId) ? 1 : 0;
    const templates = store.templates.removeOf(subjectId);
    const consentEndReason = trigger === 'withdrawal' ? 'withdrawn' : trigger;
    if (trigger !== 're-enrolment') store.consents.endAll(subjectId, consentEndReason, nowMs);
    if (scope === 'person') store.subjects.remove(subjectId);
    return {
      receiptId: order.receiptId ?? `r-${randomUUID()}`,
      subjectId,
      scope,
      trigger,
      ...(order.cause === undefined ? {} : { cause: order.cause }),
      templates,
      cards,
      pins,
      lastEntries,
      consentEndReason,
    };
  }

  /** The first erasures, as many as one commit takes. @returns their receipts. */
  #complete(erasures: readonly ErasureRow[], course: Course): (readonly PendingReceipt[])[] {
    const { store, audit, clock } = this.#parts;
    return store.withReserve(() =>
      store.transaction(() => {
        const untilMs = clock.monotonicMs() + commitMs;
        const context = this.#commitContext();
        const completed: (readonly PendingReceipt[])[] = [];
        const entries: AuditEntry[] = [];
        for (const { id, startedAtMs, body } of erasures.slice(0, erasuresPerCommit)) {
          // Written by `#removeSlice` alone.
          const pending = JSON.parse(body) as PendingReceipt[];
          entries.push(...this.#sign(pending, { ...context, startedAtMs, course }).map(entryOf));
          store.erasures.finish(id, context.completedAtMs);
          completed.push(pending);
          if (clock.monotonicMs() >= untilMs) break;
        }
        audit.appendAll(entries);
        return completed;
      }),
    );
  }

  #commitContext(): CommitContext {
    const { store, clock, deviceId } = this.#parts;
    return {
      deviceId,
      completedAtMs: Math.round(clock.wallMs()),
      epochInForce: store.vault.epoch,
      formerEpochKeysOnDisk: store.vault.formerEpochKeysOnDisk,
      backupMadeAt: store.state.read('backup-made'),
    };
  }

  #rowsLeft({ subjectId, scope }: PendingReceipt): number {
    const { store } = this.#parts;
    const left =
      scope === 'person' ? store.subjects.get(subjectId) !== undefined : store.consents.owesErasure(subjectId);
    return left ? 1 : 0;
  }

  /** @returns those that had no receipt yet: an erasure that was cut may have been finished by somebody else. */
  #sign(pending: readonly PendingReceipt[], context: Omit<ReceiptContext, 'previous' | 'rowsLeft'>): PendingReceipt[] {
    const { store } = this.#parts;
    const owed = pending.filter(({ receiptId }) => store.receipts.get(receiptId) === undefined);
    let previous = store.receipts.newest(1)[0]?.body;
    for (const item of owed) {
      const body = canonicalJson(purgeReceiptBody(item, { ...context, previous, rowsLeft: this.#rowsLeft(item) }));
      previous = body;
      store.receipts.add({
        id: item.receiptId,
        kind: 'purge',
        subjectId: item.subjectId,
        atMs: context.completedAtMs,
        body,
        keyId: store.signingKey.keyId,
        signature: store.signingKey.sign(body),
      });
    }
    return owed;
  }
}

function entryOf({ scope, subjectId, trigger, templates, receiptId }: PendingReceipt): AuditEntry {
  const kind = scope === 'person' ? 'subject.erased' : 'template.erased';
  return { kind, body: { subjectId, trigger, templates, receiptId } };
}
