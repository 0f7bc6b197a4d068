import { type AuditPort, MenshenError } from '../core/index.js';
import type { Store } from '../store/index.js';

const keepYears = 3;
const perSlice = 200;

/** Records signed before this moment have been kept long enough (M9.4: at least three years). */
export function keptLongEnoughMs(nowMs: number): number {
  const date = new Date(nowMs);
  date.setUTCFullYear(date.getUTCFullYear() - keepYears);
  return date.getTime();
}

/**
 * Removes what remained of people who are gone, once it was kept for three years: their consents, withdrawal and purge
 * receipts, in slices. What is younger stays, whoever asks.
 *
 * @param nowMs the time that is vouched for.
 */
export async function pruneRecords(store: Store, audit: AuditPort, nowMs: number): Promise<void> {
  const beforeMs = Math.round(keptLongEnoughMs(nowMs));
  let [receipts, consents] = [0, 0];
  for (let page = store.receipts.ofGoneBefore(beforeMs, perSlice); page.length > 0; ) {
    store.transaction(() => {
      for (const { id, subjectId } of page) {
        if (subjectId !== undefined) consents += store.consents.removeEnded(subjectId, beforeMs);
        store.receipts.remove(id);
      }
    });
    receipts += page.length;
    await new Promise((resolve) => setImmediate(resolve));
    page = store.receipts.ofGoneBefore(beforeMs, perSlice);
  }
  store.erasures.forgetBefore(beforeMs);
  if (receipts > 0) audit.append('records.pruned', { receipts, consents, keptYears: keepYears });
}

/**
 * For whoever asks that a receipt be deleted.
 *
 * @throws MenshenError `not-found`, `keep-period` for one that must be kept, or whose person is still there.
 */
export function removeReceipt(store: Store, audit: AuditPort, id: string, by: string, nowMs: number): void {
  const receipt = store.receipts.get(id);
  if (receipt === undefined) throw new MenshenError('not-found', 'There is no such receipt.');
  const personStays = receipt.subjectId !== undefined && store.subjects.get(receipt.subjectId) !== undefined;
  if (personStays || receipt.atMs >= keptLongEnoughMs(nowMs)) {
    throw new MenshenError(
      'keep-period',
      'Receipts are kept for at least three years, and as long as the person is here (M9.4). It goes by itself then.',
    );
  }
  store.transaction(() => {
    store.receipts.remove(id);
    audit.append('records.pruned', { receipts: 1, consents: 0, keptYears: keepYears, by });
  });
}
