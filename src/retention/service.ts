import { randomUUID } from 'node:crypto';
import type { Config } from '../config/index.js';
import { type AuditPort, type Clock, type Logger, MenshenError } from '../core/index.js';
import type { ReceiptRow, Store } from '../store/index.js';
import type { ClockGuard, ClockStatus } from '../timekeeping/index.js';
import { type Decommissioned, decommissioned, endOfUse } from './decommission.js';
import { dueAt, everybody, owedOrders } from './due.js';
import type { EraseOrder, Eraser } from './eraser.js';
import { forecastByMonth, type MonthForecast, type RenewalsDue, renewalsDue } from './forecast.js';
import { pruneRecords, removeReceipt } from './keeping.js';
import { OverdueWatch } from './overdue.js';
import { dayMs, periodsOf, type RetentionPeriods } from './periods.js';
import type { EraseTrigger } from './purge-receipt.js';
import { markReviews } from './reviews.js';
import { checkWithdrawal, type WithdrawalRequest, withdrawalReceipt } from './withdrawal.js';

export interface SweepResult {
  readonly facesErased: number;
  readonly personsErased: number;
  /** Due by the wall clock but held back, because nobody vouched for it. */
  readonly held: number;
  readonly heldBecause?: string;
  readonly receipts: readonly string[];
}

export interface RetentionParts {
  readonly config: Pick<Config, 'site'>;
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

/** Idle counters of failed attempts are of no use after a day. */
const housekeepingAgeMs = dayMs;

/** Withdrawals, erasures on request, the end of use, and the sweep that erases whoever's time is over. */
export class RetentionService {
  readonly #parts: RetentionParts;
  readonly #periods: RetentionPeriods;
  readonly #overdue: OverdueWatch;
  #sweeping: Promise<unknown> = Promise.resolve();
  #prunedOn: number | undefined;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
    this.#periods = periodsOf(parts.config.site);
    this.#overdue = new OverdueWatch(parts.store, this.#periods);
  }

  /**
   * Ends the consent at once and for good, then destroys the template; card and PIN stay (M6.2). What a crash leaves
   * undone in between the next sweep does, under the receipt that was announced.
   *
   * @returns the signed receipt.
   * @throws MenshenError `not-found`, `consent-required`, `guardian-required`.
   */
  async withdraw(request: WithdrawalRequest): Promise<ReceiptRow> {
    const { store, audit, eraser } = this.#parts;
    const { subjectId, requester, operatorId } = request;
    const { consentId } = checkWithdrawal(store, request);
    const purgeReceiptId = `r-${randomUUID()}`;
    const receipt = withdrawalReceipt(this.#parts, request, { consentId, purgeReceiptId });
    store.withReserve(() =>
      store.transaction(() => {
        store.consents.endAll(subjectId, 'withdrawn', receipt.atMs, purgeReceiptId);
        store.receipts.add(receipt);
        audit.append('consent.withdrawn', { consentId, subjectId, requester, operatorId, receiptId: receipt.id });
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

  /** Erases everything about many people at once; who is gone already is passed over. @returns the receipts' ids. */
  async eraseMany(subjectIds: readonly string[], trigger: EraseTrigger): Promise<readonly string[]> {
    const { store } = this.#parts;
    // In the order of their ids, which is the cheapest.
    const present = [...new Set(subjectIds)].filter((id) => store.subjects.get(id) !== undefined).sort();
    return (await this.#erased(present.map((subjectId) => ({ subjectId, scope: 'person', trigger })))).receipts;
  }

  /** Removes a former template before a new enrolment stores its own; nothing happens when there is none. */
  async replaceTemplate(subjectId: string, hasTemplate: boolean): Promise<void> {
    if (hasTemplate) await this.#parts.eraser.erase([{ subjectId, scope: 'face', trigger: 're-enrolment' }]);
  }

  /**
   * Ends the use of this device and erases everybody (M15.4); a second call goes on where the first was cut.
   *
   * @throws MenshenError `body-invalid` when another id than the device's was typed.
   */
  async decommission(typedDeviceId: string, by: string): Promise<Decommissioned & { readonly personsErased: number }> {
    const { store, audit, clock, deviceId } = this.#parts;
    const ended = endOfUse(store, audit, { deviceId, typedDeviceId, by, nowMs: Math.round(clock.wallMs()) });
    await this.sweep();
    return { ...ended, personsErased: ended.personsToErase - store.subjects.count() };
  }

  /** When the use of this device ended, if it did: nobody is added then and no face looked at. */
  decommissioned(): Decommissioned | undefined {
    return decommissioned(this.#parts.store);
  }

  /** Erases whoever is due by the time that is vouched for; one sweep at a time. */
  sweep(): Promise<SweepResult> {
    const mine = this.#sweeping.then(() => this.#sweep());
    this.#sweeping = mine.catch(() => undefined);
    return mine;
  }

  /** How many are due when by consent and by person; counts only. */
  forecast(): { within: string; faces: number; persons: number }[] {
    const { store, clock } = this.#parts;
    const nowMs = clock.wallMs();
    return [
      ['now', 0],
      ['7 days', 7],
      ['30 days', 30],
      ['90 days', 90],
    ].map(([within, days]) => {
      const untilMs = nowMs + Number(days) * dayMs;
      return {
        within: String(within),
        faces: store.consents.countLapsed(untilMs),
        persons: store.subjects.countDue(Number.MIN_SAFE_INTEGER, untilMs),
      };
    });
  }

  /** Who is due in which month and why, whichever ends first; counts only. */
  forecastByMonth(): Promise<MonthForecast[]> {
    const { store, clock } = this.#parts;
    return forecastByMonth(store, this.#periods, clock.wallMs());
  }

  /** Consents to be given anew before they lapse, and reviews that wait. */
  renewalsDue(): RenewalsDue {
    return renewalsDue(this.#parts.store, this.#parts.clock.wallMs());
  }

  /** @throws MenshenError `not-found`, `keep-period` (M9.4). */
  removeReceipt(id: string, by: string): void {
    const { store, audit, clockGuard } = this.#parts;
    removeReceipt(store, audit, id, by, clockGuard.trustedMs());
  }

  async #sweep(): Promise<SweepResult> {
    const { audit, clockGuard, clock } = this.#parts;
    const clockState = clockGuard.check();
    await this.#finishInterrupted();
    const trustedMs = clockState.trusted ? clockGuard.trustedMs() : undefined;
    const wallMs = clock.wallMs();
    const { due, wanted } = this.#due(trustedMs, wallMs);
    const first = await this.#erased(due);
    // What writes before it erases comes second: a full disk must not keep those from going who are owed.
    const overdue = await this.#overdue.look(trustedMs, wallMs);
    const second = await this.#erased(without(overdue.due, due));
    const done = [...first.done, ...second.done];
    const facesErased = done.filter(({ scope }) => scope === 'face').length;
    const personsErased = done.length - facesErased;
    const held = heldBack([...wanted, ...overdue.held], [...due, ...overdue.due]);
    if (done.length > 0 || held > 0) audit.append('sweep.finished', { facesErased, personsErased, held });
    await this.#keepHouse(wallMs, trustedMs);
    const receipts = [...first.receipts, ...second.receipts];
    return { facesErased, personsErased, held, receipts, ...heldBecause(held, clockState) };
  }

  /**
   * Doubt about the time never erases (invariant 9): of what depends on it only what is due by the vouched-for lower
   * bound goes. What somebody withdrew, and everybody once the use has ended, is owed whatever the clock says.
   */
  #due(trustedMs: number | undefined, wallMs: number): { due: readonly EraseOrder[]; wanted: readonly string[] } {
    const { store } = this.#parts;
    const owed = owedOrders(store);
    if (this.decommissioned() !== undefined) return { due: merged(everybody(store, 'decommission'), owed), wanted: [] };
    const due = trustedMs === undefined ? [] : dueAt(store, this.#periods, trustedMs);
    const wanted = dueAt(store, this.#periods, wallMs).map(({ subjectId }) => subjectId);
    return { due: merged(owed, due), wanted };
  }

  /** The orders that were carried out, and their receipts. */
  async #erased(orders: readonly EraseOrder[]): Promise<{ receipts: readonly string[]; done: readonly EraseOrder[] }> {
    if (orders.length === 0) return { receipts: [], done: [] };
    const done: EraseOrder[] = [];
    const watched = orders.map((order) => ({
      ...order,
      stillHolds: () => {
        const holds = order.stillHolds?.() ?? true;
        if (holds) done.push(order);
        return holds;
      },
    }));
    try {
      return { receipts: await this.#parts.eraser.erase(watched), done };
    } catch (thrown) {
      this.#overdue.again();
      throw thrown;
    }
  }

  async #finishInterrupted(): Promise<void> {
    const erasures = await this.#parts.eraser.finishInterrupted();
    if (erasures > 0) this.#parts.logger.log('warn', 'erasure.finished-after-interruption', { erasures });
  }

  async #keepHouse(nowMs: number, trustedMs: number | undefined): Promise<void> {
    if (trustedMs === undefined) return;
    const { store, audit } = this.#parts;
    markReviews(store, audit, trustedMs);
    store.credentials.forgetAttemptsBefore(Math.round(nowMs - housekeepingAgeMs));
    const today = Math.floor(trustedMs / dayMs);
    if (this.#prunedOn === today) return;
    await pruneRecords(store, audit, trustedMs);
    this.#prunedOn = today;
  }
}

/** One order a person: the first that speaks of them. */
function merged(...lists: readonly (readonly EraseOrder[])[]): EraseOrder[] {
  const orders = new Map<string, EraseOrder>();
  for (const order of lists.flat()) if (!orders.has(order.subjectId)) orders.set(order.subjectId, order);
  return [...orders.values()];
}

function without(orders: readonly EraseOrder[], others: readonly EraseOrder[]): EraseOrder[] {
  const spoken = new Set(others.map(({ subjectId }) => subjectId));
  return orders.filter(({ subjectId }) => !spoken.has(subjectId));
}

/** How many of those who are due by the wall clock do not go. */
function heldBack(wanted: readonly string[], going: readonly EraseOrder[]): number {
  const goes = new Set(going.map(({ subjectId }) => subjectId));
  return new Set(wanted.filter((subjectId) => !goes.has(subjectId))).size;
}

function heldBecause(held: number, { problem }: ClockStatus): Pick<SweepResult, 'heldBecause'> {
  return held > 0 ? { heldBecause: problem ?? 'the time since the last restart is not confirmed' } : {};
}
