import { randomUUID } from 'node:crypto';
import type { AuditPort, Clock, Logger } from '../core/index.js';
import { canonicalJson } from '../crypto/index.js';
import type { IdentificationGallery } from '../gallery/index.js';
import type { Store } from '../store/index.js';

export const eraseTriggers = [
  'expiry',
  'withdrawal',
  'purpose-ended',
  'order',
  're-enrolment',
  'decommission',
] as const;
export type EraseTrigger = (typeof eraseTriggers)[number];

/** What goes: the face alone (card and PIN go on), or everything about the person. */
export type EraseScope = 'face' | 'person';

export interface EraseOrder {
  readonly subjectId: string;
  readonly scope: EraseScope;
  readonly trigger: EraseTrigger;
  /** Where a receipt was announced before. */
  readonly receiptId?: string;
}

export interface EraserParts {
  readonly store: Store;
  readonly audit: AuditPort;
  readonly gallery: () => IdentificationGallery | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly deviceId: string;
}

interface PendingReceipt {
  readonly receiptId: string;
  readonly subjectId: string;
  readonly scope: EraseScope;
  readonly trigger: EraseTrigger;
  readonly templates: number;
  readonly cards: number;
  readonly pins: number;
  readonly consentEndReason: string;
}

/**
 * Erases people so that no copy of the database opens them any more (invariant 6): their rows go, everybody else's keys
 * move to a new epoch key, the old one is destroyed, the log is emptied, and a signed receipt says when that was done.
 */
export class Eraser {
  readonly #parts: EraserParts;

  constructor(parts: EraserParts) {
    this.#parts = parts;
  }

  /** One epoch for the whole batch. @returns the receipts' ids in the order given. */
  async erase(orders: readonly EraseOrder[]): Promise<string[]> {
    if (orders.length === 0) return [];
    const { store, clock } = this.#parts;
    const startedAtMs = Math.round(clock.wallMs());
    const erasureId = randomUUID();
    for (const { subjectId } of orders) this.#parts.gallery()?.remove(subjectId);
    let pending: PendingReceipt[] = [];
    await store.vault.advance((epochs) => {
      pending = orders.map((order) => this.#remove(order, startedAtMs));
      store.erasures.begin({ id: erasureId, startedAtMs, body: JSON.stringify(pending) }, epochs);
    });
    // Again: an enrolment may have been committed while the keys were rewrapped.
    for (const { subjectId } of orders) this.#parts.gallery()?.remove(subjectId);
    this.#complete(erasureId, startedAtMs, pending);
    return pending.map(({ receiptId }) => receiptId);
  }

  /** Receipts of erasures that were cut after their commit; the store finished the destruction when it was opened. */
  finishInterrupted(): number {
    const unfinished = this.#parts.store.erasures.unfinished();
    // A receipt is never signed before the old key is gone.
    if (unfinished.length > 0) this.#parts.store.vault.recover();
    for (const { id, startedAtMs, body } of unfinished) {
      // Written by `erase` alone.
      this.#complete(id, startedAtMs, JSON.parse(body) as PendingReceipt[]);
    }
    return unfinished.length;
  }

  #remove(order: EraseOrder, nowMs: number): PendingReceipt {
    const { store } = this.#parts;
    const { subjectId, scope, trigger } = order;
    const cards = scope === 'person' ? store.credentials.cardsOf(subjectId).length : 0;
    const pins = scope === 'person' && store.credentials.pin(subjectId) !== undefined ? 1 : 0;
    const templates = store.templates.removeOf(subjectId);
    const consentEndReason = trigger === 'withdrawal' ? 'withdrawn' : trigger;
    if (trigger !== 're-enrolment') store.consents.endAll(subjectId, consentEndReason, nowMs);
    if (scope === 'person') store.subjects.remove(subjectId);
    return {
      receiptId: order.receiptId ?? `r-${randomUUID()}`,
      subjectId,
      scope,
      trigger,
      templates,
      cards,
      pins,
      consentEndReason,
    };
  }

  #complete(erasureId: string, startedAtMs: number, pending: readonly PendingReceipt[]): void {
    const { store, audit, clock } = this.#parts;
    const completedAtMs = Math.round(clock.wallMs());
    store.withReserve(() =>
      store.transaction(() => {
        for (const item of pending) {
          // An erasure that was cut and finished by somebody else has its receipt already.
          if (store.receipts.get(item.receiptId) !== undefined) continue;
          const body = canonicalJson(this.#receiptBody(item, startedAtMs, completedAtMs));
          store.receipts.add({
            id: item.receiptId,
            kind: 'purge',
            subjectId: item.subjectId,
            atMs: completedAtMs,
            body,
            keyId: store.signingKey.keyId,
            signature: store.signingKey.sign(body),
          });
          audit.append(item.scope === 'person' ? 'subject.erased' : 'template.erased', {
            subjectId: item.subjectId,
            trigger: item.trigger,
            templates: item.templates,
            receiptId: item.receiptId,
          });
        }
        store.erasures.finish(erasureId, completedAtMs);
      }),
    );
  }

  #receiptBody(item: PendingReceipt, startedAtMs: number, completedAtMs: number) {
    const { store, deviceId } = this.#parts;
    const previous = store.receipts.newest(1)[0];
    return {
      receiptId: item.receiptId,
      subjectPseudonym: item.subjectId,
      trigger: item.trigger,
      scope: item.scope,
      items: {
        templates: item.templates,
        cards: item.cards,
        pins: item.pins,
        profile: item.scope === 'person' ? 1 : 0,
      },
      method:
        'key destruction: rows deleted, remaining keys rewrapped, old epoch key overwritten and unlinked, log truncated',
      startedAt: new Date(startedAtMs).toISOString(),
      completedAt: new Date(completedAtMs).toISOString(),
      verification: `only epoch ${store.vault.epoch} is left`,
      backupsAndCopies: 'unreadable: their keys were wrapped by the destroyed epoch key, which is never backed up',
      failures: 'none',
      deviceId,
      prevHash: previous === undefined ? null : Buffer.from(previous.signature).toString('hex').slice(0, 64),
    };
  }
}
