import type { Store } from '../store/index.js';
import type { EraseOrder } from './eraser.js';
import type { RetentionPeriods } from './periods.js';
import type { EraseTrigger } from './purge-receipt.js';

const peoplePerPage = 500;

/** Templates whose consent ended before they could be destroyed. */
export function owedOrders(store: Store): EraseOrder[] {
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

/** Whoever is due at a moment by what an index tells: the purpose's end, a person's end, a consent's end. */
export function dueAt(store: Store, periods: RetentionPeriods, nowMs: number): EraseOrder[] {
  const at = Math.round(nowMs);
  if ((periods.purposeEndsAtMs ?? Number.POSITIVE_INFINITY) <= at) return everybody(store, 'purpose-ended');
  const persons = store.subjects.due(at).map(
    (id): EraseOrder => ({
      ...{ subjectId: id, scope: 'person', trigger: 'expiry', cause: 'person-expiry' },
      stillHolds: () => (store.subjects.get(id)?.expiresAtMs ?? Number.POSITIVE_INFINITY) <= at,
    }),
  );
  const gone = new Set(persons.map(({ subjectId }) => subjectId));
  const faces = store.consents
    .lapsed(at)
    .filter((subjectId) => !gone.has(subjectId))
    .map(
      (subjectId): EraseOrder => ({
        ...{ subjectId, scope: 'face', trigger: 'expiry', cause: 'consent-expiry' },
        stillHolds: () => (openConsentOf(store, subjectId)?.expiresAtMs ?? Number.POSITIVE_INFINITY) <= at,
      }),
    );
  return [...persons, ...faces];
}

/** Everybody with everything, in the order in which erasing is cheapest. */
export function everybody(store: Store, trigger: 'purpose-ended' | 'decommission'): EraseOrder[] {
  const orders: EraseOrder[] = [];
  for (let page = store.subjects.list('', peoplePerPage); page.length > 0; ) {
    for (const { id } of page)
      orders.push({
        ...{ subjectId: id, scope: 'person', trigger },
        stillHolds: () => store.subjects.get(id) !== undefined,
      });
    page = store.subjects.list(page.at(-1)?.id ?? '', peoplePerPage);
  }
  return orders;
}

function openConsentOf(store: Store, subjectId: string) {
  return store.consents.ofSubject(subjectId).findLast(({ endedAtMs }) => endedAtMs === undefined);
}

/** A consent that a newer one replaced leaves that one alone. */
function triggerOf(endReason: string | undefined): EraseTrigger {
  if (endReason === 'withdrawn') return 'withdrawal';
  return endReason === 'superseded' ? 're-enrolment' : 'purpose-ended';
}
