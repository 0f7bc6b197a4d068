import type { FilingService, FilingType } from '../../filing/index.js';
import type { Store } from '../../store/index.js';
import type { FilingFacts } from '../other-rooms.js';

/** Counting, filing and what is left to do of it (M15). */
export function filingFacts(filing: FilingService, store: Store): FilingFacts {
  const { count, duties, filed } = filing.status();
  const reached = duties.find(({ type }) => type === 'new');
  const dueOf = (type: FilingType) => {
    const duty = duties.find((each) => each.type === type && each.state === 'open');
    return duty === undefined || duty.dueOn === 'unknown' ? {} : { dueOn: duty.dueOn };
  };
  const change = duties.find(({ type, state }) => type === 'change' && state === 'open');
  const ended = store.documents.newest('decommission') !== undefined;
  return {
    persons: count.total,
    threshold: count.threshold,
    ...(reached === undefined ? {} : { reachedOn: reached.since }),
    ...(reached === undefined || reached.dueOn === 'unknown' ? {} : { dueOn: reached.dueOn }),
    overdue: duties.some(({ overdue }) => overdue),
    ...(filed === null ? {} : { reference: filed.reference }),
    missingParts: filing.missingParts(),
    ...(change === undefined ? {} : { change: { fields: change.changedFields ?? [], ...dueOf('change') } }),
    ...(ended ? { ended: { ...dueOf('cancel'), templatesLeft: store.templates.count() } } : {}),
  };
}
