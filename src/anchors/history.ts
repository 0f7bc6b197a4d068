import type { Store } from '../store/index.js';

/** Whether the store contains what was seen of it. */
export function historyOf(
  store: Store,
  seen: { readonly seq: number; readonly hash: string; readonly epoch?: number },
): 'behind' | 'another-history' | undefined {
  if (seen.epoch !== undefined && seen.epoch > store.vault.epoch) return 'behind';
  if (seen.seq === 0) return undefined;
  if (seen.seq > (store.auditLog.head()?.seq ?? 0)) return 'behind';
  return lacks(store, seen) ? 'another-history' : undefined;
}

/** True when the audit does not hold that very entry, and it was not pruned either. */
export function lacks(
  { checkpoints, auditLog }: Store,
  { seq, hash }: { readonly seq: number; readonly hash: string },
): boolean {
  const checkpoint = checkpoints.newest();
  if (seq === 0 || (checkpoint !== undefined && seq < checkpoint.seq)) return false;
  if (checkpoint?.seq === seq) return hexOf(checkpoint.hash) !== hash;
  const [row] = auditLog.page(seq - 1, 1);
  return row?.seq !== seq || hexOf(row.hash) !== hash;
}

const hexOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
