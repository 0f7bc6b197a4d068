import type { AuditPort } from '../core/index.js';
import type { Store } from '../store/index.js';

const register = 'consent-review';

/**
 * M7.1: puts on record each guardian's consent whose child has turned 14. The face of that person waits for their own
 * consent from that moment on, whether or not this ran; here it is noted for whoever must ask them.
 *
 * @param nowMs the time that is vouched for.
 * @returns how many came up.
 */
export function markReviews(store: Store, audit: AuditPort, nowMs: number): number {
  const { registers, consents } = store;
  const isOver = (recordId: string) => consents.get(recordId)?.endedAtMs !== undefined;
  for (const { id } of registers.list(register, { state: 'due' })) if (isOver(id)) registers.remove(register, id);
  let marked = 0;
  for (const { id, subjectId, body } of registers.due(register, 'pending', nowMs)) {
    if (consents.get(id) === undefined || isOver(id)) {
      registers.remove(register, id);
      continue;
    }
    store.transaction(() => {
      registers.update(register, id, 'due', body);
      audit.append('consent.review-due', { subjectId, consentId: id });
    });
    marked += 1;
  }
  return marked;
}
