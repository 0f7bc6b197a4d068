import { canonicalJson } from '../crypto/index.js';
import type { CheckpointBody, Store } from '../store/index.js';
import type { AuditTrail } from './trail.js';

export interface Pruned {
  /** Entries that went now. */
  readonly pruned: number;
  /** The chain begins after this entry. */
  readonly checkpointSeq: number;
}

/** Some tenths of a second of work a transaction. */
const slice = 2000;
/** Whatever their age: a start walks them, and alerts are counted from them. */
const newestKept = 500;

/**
 * Replaces entries from before a moment by a signed checkpoint: where the chain then begins, how many there were, and from
 * when. Entries go from the oldest on and end before the first that is younger, so that a clock that was wrong once keeps
 * more, never less. Numbers go on as they were.
 *
 * @param beforeMs at least three years ago (M9.4); the caller vouches for the time.
 */
export async function pruneAudit(store: Store, audit: AuditTrail, beforeMs: number, nowMs: number): Promise<Pruned> {
  let pruned = 0;
  for (;;) {
    const went = store.transaction(() => pruneSlice(store, audit, beforeMs, nowMs));
    pruned += went;
    if (went < slice) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (pruned > 0) store.truncateLog();
  return { pruned, checkpointSeq: store.checkpoints.newest()?.seq ?? 0 };
}

function pruneSlice(store: Store, audit: AuditTrail, beforeMs: number, nowMs: number): number {
  const { auditLog, checkpoints, signingKey } = store;
  const before = checkpoints.newest();
  const newest = auditLog.newest()?.seq ?? 0;
  const rows = auditLog.page(before?.seq ?? 0, slice);
  const young = rows.findIndex(({ seq, atMs }) => atMs >= beforeMs || seq > newest - newestKept);
  const going = young === -1 ? rows : rows.slice(0, young);
  const last = going.at(-1);
  const first = going[0];
  if (last === undefined || first === undefined) return 0;
  const body: CheckpointBody = {
    format: 'menshen-checkpoint-1',
    seq: last.seq,
    hash: Buffer.from(last.hash).toString('hex'),
    eventSerial: going.reduce((serial, row) => row.eventSerial ?? serial, before?.eventSerial ?? 0),
    count: (before?.count ?? 0) + going.length,
    oldestAt: before?.oldestAt ?? new Date(first.atMs).toISOString(),
    newestAt: new Date(last.atMs).toISOString(),
    prunedAt: new Date(nowMs).toISOString(),
  };
  const open = store.state.read('open-incidents')?.split(' ').filter(Boolean);
  const text = canonicalJson(open === undefined ? { ...body } : { ...body, openIncidents: open });
  checkpoints.put(last.seq, { body: text, keyId: signingKey.keyId, signature: signingKey.sign(text) });
  auditLog.removeUntil(last.seq);
  const { seq, hash, eventSerial, count } = body;
  audit.append('audit.pruned', { untilSeq: seq, hash, eventSerial, entries: going.length, entriesInAll: count });
  return going.length;
}
