import { randomUUID } from 'node:crypto';
import { type AuditPort, type Clock, type Logger, MenshenError } from '../core/index.js';
import { canonicalJson } from '../crypto/index.js';
import type { ReceiptRow, Store } from '../store/index.js';
import type { ClockGuard } from '../timekeeping/index.js';
import type { EraseOrder, Eraser, EraseTrigger } from './eraser.js';

export interface SweepResult {
  readonly facesErased: number;
  readonly personsErased: number;
  /** Due by the wall clock but held back, because nobody vouched for it. */
  readonly held: number;
  readonly heldBecause?: string;
  readonly receipts: readonly string[];
}

export interface WithdrawalRequest {
  readonly subjectId: string;
  readonly requester: 'self' | 'guardian';
  readonly operatorId: string;
}

export interface RetentionParts {
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly clockGuard: ClockGuard;
  readonly eraser: Eraser;
  readonly logger: Logger;
  readonly deviceId: string;
  readonly contact: string;
  readonly alternatives: readonly string[];
}

const dayMs = 86_400_000;
/** Idle counters of failed attempts are of no use after a day. */
const housekeepingAgeMs = dayMs;

/** Withdrawals, erasures on request, and the sweep that erases whoever's time is over. */
export class RetentionService {
  readonly #parts: RetentionParts;
  #sweeping: Promise<unknown> = Promise.resolve();

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /**
   * Ends the consent at once and for good, then destroys the template; card and PIN stay (M6.2). What a crash leaves
   * undone in between the next sweep does, under the receipt that was announced.
   *
   * @returns the signed receipt.
   */
  async withdraw(request: WithdrawalRequest): Promise<ReceiptRow> {
    const { store, audit, eraser } = this.#parts;
    const { subjectId, requester, operatorId } = request;
    store.subjects.require(subjectId);
    const consent = store.consents.ofSubject(subjectId).findLast(({ endedAtMs }) => endedAtMs === undefined);
    if (consent === undefined) throw new MenshenError('consent-required', 'There is no consent to withdraw.');
    const purgeReceiptId = `r-${randomUUID()}`;
    const receipt = this.#withdrawalReceipt(request, consent.recordId, purgeReceiptId);
    store.withReserve(() =>
      store.transaction(() => {
        store.consents.endAll(subjectId, 'withdrawn', receipt.atMs, purgeReceiptId);
        store.receipts.add(receipt);
        audit.append('consent.withdrawn', {
          consentId: consent.recordId,
          subjectId,
          requester,
          operatorId,
          receiptId: receipt.id,
        });
      }),
    );
    await eraser.erase([{ subjectId, scope: 'face', trigger: 'withdrawal', receiptId: purgeReceiptId }]);
    return receipt;
  }

  /** Erases everything about a person. @returns the signed purge receipt. */
  async eraseSubject(subjectId: string, trigger: EraseTrigger): Promise<ReceiptRow> {
    const { store, eraser } = this.#parts;
    store.subjects.require(subjectId);
    const [receiptId] = await eraser.erase([{ subjectId, scope: 'person', trigger }]);
    const receipt = receiptId === undefined ? undefined : store.receipts.get(receiptId);
    if (receipt === undefined) throw new MenshenError('internal', 'the purge receipt is missing');
    return receipt;
  }

  /** Removes a former template before a new enrolment stores its own; nothing happens when there is none. */
  async replaceTemplate(subjectId: string, hasTemplate: boolean): Promise<void> {
    if (hasTemplate) await this.#parts.eraser.erase([{ subjectId, scope: 'face', trigger: 're-enrolment' }]);
  }

  /** Erases whoever is due by the time that is vouched for; one sweep at a time. */
  sweep(): Promise<SweepResult> {
    const mine = this.#sweeping.then(() => this.#sweep());
    this.#sweeping = mine.catch(() => undefined);
    return mine;
  }

  /** How many are due when; counts only. */
  forecast(): { within: string; faces: number; persons: number }[] {
    const nowMs = this.#parts.clock.wallMs();
    return [
      ['now', 0],
      ['7 days', 7],
      ['30 days', 30],
      ['90 days', 90],
    ].map(([within, days]) => {
      const untilMs = nowMs + Number(days) * dayMs;
      return {
        within: String(within),
        faces: this.#parts.store.consents.lapsed(untilMs).length,
        persons: this.#parts.store.subjects.due(untilMs).length,
      };
    });
  }

  async #sweep(): Promise<SweepResult> {
    const { store, audit, clockGuard, eraser, clock } = this.#parts;
    const clockState = clockGuard.check();
    await this.#finishInterrupted();
    // What somebody withdrew is owed whatever the clock says.
    const owed = owedOrders(store);
    const byWall = dueAt(store, clock.wallMs());
    // Doubt about the time never erases (invariant 9): only what is due by the vouched-for lower bound goes.
    const due = clockState.trusted ? dueAt(store, clockGuard.trustedMs()) : [];
    const held = byWall.length - due.length;
    const orders = [...owed, ...due.filter(({ subjectId }) => !owed.some((order) => order.subjectId === subjectId))];
    const { receipts, done } = await erased(eraser, orders);
    const facesErased = done.filter(({ scope }) => scope === 'face').length;
    const result = {
      facesErased,
      personsErased: done.length - facesErased,
      held,
      receipts,
      ...(held > 0 ? { heldBecause: clockState.problem ?? 'the time since the last restart is not confirmed' } : {}),
    };
    if (done.length > 0 || held > 0)
      audit.append('sweep.finished', { facesErased, personsErased: result.personsErased, held });
    this.#keepHouse(clock.wallMs(), clockState.trusted);
    return result;
  }

  async #finishInterrupted(): Promise<void> {
    const erasures = await this.#parts.eraser.finishInterrupted();
    if (erasures > 0) this.#parts.logger.log('warn', 'erasure.finished-after-interruption', { erasures });
  }

  #keepHouse(nowMs: number, clockTrusted: boolean): void {
    if (!clockTrusted) return;
    this.#parts.store.credentials.forgetAttemptsBefore(Math.round(nowMs - housekeepingAgeMs));
  }

  #withdrawalReceipt(request: WithdrawalRequest, consentId: string, purgeReceiptId: string): ReceiptRow {
    const { store, clock, contact, deviceId, alternatives } = this.#parts;
    const id = `r-${randomUUID()}`;
    const atMs = Math.round(clock.wallMs());
    const body = canonicalJson({
      receiptId: id,
      consentId,
      subjectPseudonym: request.subjectId,
      requestedAt: new Date(atMs).toISOString(),
      requester: request.requester,
      effectiveAt: new Date(atMs).toISOString(),
      scope: 'face',
      purgeReceiptId,
      // M6.3, unconfirmed wording.
      pastProcessing: 'What was done before the withdrawal stays lawful; past events stay, without biometrics.',
      alternativesNow: alternatives,
      recordsRetained: 'consent and withdrawal records and events without biometrics, at least three years (M9.4)',
      contact,
      deviceId,
    });
    return {
      id,
      kind: 'withdrawal',
      subjectId: request.subjectId,
      atMs,
      body,
      keyId: store.signingKey.keyId,
      signature: store.signingKey.sign(body),
    };
  }
}

/** Templates whose consent ended before they could be destroyed. */
function owedOrders(store: Store): EraseOrder[] {
  return store.consents.owingErasure().map(({ subjectId, endReason, purgeReceiptId }) => {
    const renewed = openConsentOf(store, subjectId) !== undefined;
    return {
      subjectId,
      scope: 'face',
      // A consent given since is another one: what the former one left goes, and the new one stays.
      trigger: renewed ? 're-enrolment' : triggerOf(endReason),
      ...(purgeReceiptId === undefined ? {} : { receiptId: purgeReceiptId }),
      stillHolds: () =>
        (openConsentOf(store, subjectId) !== undefined) === renewed && store.consents.owesErasure(subjectId),
    };
  });
}

function openConsentOf(store: Store, subjectId: string) {
  return store.consents.ofSubject(subjectId).findLast(({ endedAtMs }) => endedAtMs === undefined);
}

/** The orders that were carried out, and their receipts. */
async function erased(
  eraser: Eraser,
  orders: readonly EraseOrder[],
): Promise<{ readonly receipts: readonly string[]; readonly done: readonly EraseOrder[] }> {
  const done: EraseOrder[] = [];
  const watched = orders.map((order) => ({
    ...order,
    stillHolds: () => {
      const holds = order.stillHolds?.() ?? true;
      if (holds) done.push(order);
      return holds;
    },
  }));
  return { receipts: await eraser.erase(watched), done };
}

/** A consent that a newer one replaced leaves that one alone. */
function triggerOf(endReason: string | undefined): EraseTrigger {
  if (endReason === 'withdrawn') return 'withdrawal';
  return endReason === 'superseded' ? 're-enrolment' : 'purpose-ended';
}

function dueAt(store: Store, nowMs: number): EraseOrder[] {
  const at = Math.round(nowMs);
  const persons = store.subjects.due(at).map(
    (id): EraseOrder => ({
      ...{ subjectId: id, scope: 'person', trigger: 'expiry' },
      stillHolds: () => (store.subjects.get(id)?.expiresAtMs ?? Number.POSITIVE_INFINITY) <= at,
    }),
  );
  const gone = new Set(persons.map(({ subjectId }) => subjectId));
  const faces = store.consents
    .lapsed(at)
    .filter((subjectId) => !gone.has(subjectId))
    .map(
      (subjectId): EraseOrder => ({
        ...{ subjectId, scope: 'face', trigger: 'expiry' },
        stillHolds: () => (openConsentOf(store, subjectId)?.expiresAtMs ?? Number.POSITIVE_INFINITY) <= at,
      }),
    );
  return [...persons, ...faces];
}
