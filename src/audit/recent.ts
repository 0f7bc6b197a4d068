import type { AuditRow, Store } from '../store/index.js';

export interface RecentAudit {
  /** Newest first. */
  readonly rows: readonly AuditRow[];
  /** False when there were more entries in that time than are looked at. */
  readonly complete: boolean;
}

const slice = 500;
const mostEntries = 100_000;

/**
 * The entries since a moment, newest first, read in slices so that callers are answered meanwhile. Times are the clock's
 * of then: one entry that is older ends the walk only when everything of its slice is.
 */
export async function recentAudit(store: Store, sinceMs: number): Promise<RecentAudit> {
  const rows: AuditRow[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  for (let looked = 0; looked < mostEntries; looked += slice) {
    const page = store.auditLog.pageBefore(before, slice);
    const within = page.filter(({ atMs }) => atMs >= sinceMs);
    rows.push(...within);
    if (within.length === 0 || page.length < slice) return { rows, complete: true };
    before = page.at(-1)?.seq ?? 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { rows, complete: false };
}
