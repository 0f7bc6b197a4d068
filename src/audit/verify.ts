import { equalBytes, verifySignature } from '../crypto/index.js';
import type { AuditRow, Store } from '../store/index.js';
import { genesisHash, hashOf } from './entry.js';
import { sealedHead } from './trail.js';

export interface AuditVerification {
  readonly intact: boolean;
  readonly entries: number;
  readonly events: number;
  /** Where the chain begins when older entries were pruned: how many a signed checkpoint stands for, and up to which. */
  readonly checkpoint?: { readonly seq: number; readonly entries: number; readonly oldestAt: string };
  /** Hex of the newest entry's hash: write it down elsewhere, it anchors everything before it. */
  readonly headHash: string;
  /** The first place where the chain does not hold, in words. */
  readonly problem?: string;
}

/** Only the newest entries, each to the one before it, up to the sealed head: quick enough for every start. */
export async function verifyNewestAudit(store: Store, count: number): Promise<AuditVerification> {
  const newest = store.auditLog.newest()?.seq ?? 0;
  const before = store.auditLog.page(Math.max(0, newest - count - 1), 1)[0];
  // With everything in reach there is nothing to begin after.
  if (newest <= count || before === undefined) return verifyAudit(store);
  return verifyFrom(store, before);
}

/** Entries whose signatures are checked (some tenths of a millisecond each) before somebody else has a turn. */
const slice = 25;

/**
 * Walks the whole chain in slices, so that callers are answered meanwhile. Finds any change, removal or reorder.
 *
 * @param visit sees each entry that holds, in order.
 */
export function verifyAudit(
  store: Store,
  visit: (row: AuditRow) => void = () => undefined,
): Promise<AuditVerification> {
  const checkpoint = store.checkpoints.newest();
  if (checkpoint === undefined || store.signers.verifies(checkpoint)) return verifyFrom(store, checkpoint, visit);
  const problem = 'the checkpoint of what was pruned carries a signature that is not this device’s';
  return Promise.resolve({ intact: false, entries: 0, events: 0, headHash: hex(undefined), problem });
}

/** What the next entry follows from: the entry before, or the checkpoint of what was pruned. */
type Link = Pick<AuditRow, 'seq' | 'hash'>;

async function verifyFrom(
  store: Store,
  start: (Link & Pick<AuditRow, 'eventSerial'>) | undefined,
  visit: (row: AuditRow) => void = () => undefined,
): Promise<AuditVerification> {
  let previous: Link | undefined = start;
  let entries = 0;
  let events = 0;
  // Unknown until the first event is met, where the walk begins in the middle.
  let serial = start === undefined ? 0 : start.eventSerial;
  const broken = (problem: string): AuditVerification => ({
    intact: false,
    entries,
    events,
    headHash: hex(previous?.hash),
    problem,
  });
  for (;;) {
    const rows = store.auditLog.page(previous?.seq ?? 0, slice);
    for (const row of rows) {
      const problem = problemOf(row, previous, serial, store.signers.publicKeyAt(row.keyId, row.seq));
      if (problem !== undefined) return broken(problem);
      previous = row;
      visit(row);
      entries += 1;
      if (row.eventSerial !== undefined) events += 1;
      serial = row.eventSerial ?? serial;
    }
    if (rows.length < slice) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const tail = tailProblem(store, previous);
  if (tail !== undefined) return broken(tail);
  return { intact: true, entries, events, headHash: hex(previous?.hash), ...checkpointView(store) };
}

/**
 * Why an entry does not hold after the one before it, or undefined when it does.
 *
 * @param serialBefore the newest event serial before it; undefined when that is not known.
 * @param publicKey the device's key of the entry's name that was in force then; undefined when there was none.
 */
export function problemOf(
  row: AuditRow,
  previous: Link | undefined,
  serialBefore: number | undefined,
  publicKey: Uint8Array | undefined,
): string | undefined {
  const expected = (previous?.seq ?? 0) + 1;
  const gap = gapOf(row);
  const leftOut = gap !== undefined && gap.lostFromSeq === expected && gap.lostUntilSeq === row.seq - 1;
  if (row.seq !== expected && !leftOut) return `entry ${expected} is missing; the next one there is ${row.seq}`;
  if (!equalBytes(row.prevHash, previous?.hash ?? genesisHash))
    return `entry ${row.seq} does not follow from the one before it`;
  if (!equalBytes(row.hash, hashOf(row))) return `entry ${row.seq} (${row.kind}) was changed after it was written`;
  if (publicKey === undefined || !verifySignature(publicKey, row.hash, row.signature))
    return `entry ${row.seq} carries a signature that is not this device’s`;
  const serialGap = leftOut && gap.lostUntilSerial + 1 === row.eventSerial;
  if (row.eventSerial !== undefined && serialBefore !== undefined && row.eventSerial !== serialBefore + 1 && !serialGap)
    return `event serial ${serialBefore + 1} is missing at entry ${row.seq}`;
  return undefined;
}

function checkpointView({ checkpoints }: Store): Pick<AuditVerification, 'checkpoint'> {
  const newest = checkpoints.newest();
  if (newest === undefined) return {};
  return { checkpoint: { seq: newest.seq, entries: newest.count, oldestAt: newest.oldestAt } };
}

interface Gap {
  readonly lostFromSeq: number;
  readonly lostUntilSeq: number;
  readonly lostUntilSerial: number;
}

/**
 * Numbers that the device itself left out, and said so: when it noticed that an old copy of the store was put back, and
 * when it took over from a device of which only a backup is left.
 */
function gapOf(row: AuditRow): Gap | undefined {
  if (row.kind !== 'store.rolled-back' && row.kind !== 'backup.restored') return undefined;
  // Believed only once hash and signature of the row hold.
  const body = JSON.parse(row.body) as Partial<Gap>;
  return body.lostUntilSeq === undefined ? undefined : (body as Gap);
}

function tailProblem(store: Store, newest: Link | undefined): string | undefined {
  const head = sealedHead(store);
  if (head === 'missing') return 'the sealed head is missing';
  if (head === 'altered') return 'the sealed head was altered';
  if (head.seq === (newest?.seq ?? 0) && equalBytes(head.hash, newest?.hash ?? genesisHash)) return undefined;
  return `the sealed head names entry ${head.seq}, the log ends at ${newest?.seq ?? 0}: the tail was cut off or put back`;
}

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? genesisHash).toString('hex');
