import { equalBytes, verifySignature } from '../crypto/index.js';
import type { AuditRow, Store } from '../store/index.js';
import { genesisHash, hashOf } from './entry.js';

/** What the audit alone tells of incidents. */
export interface IncidentsOnRecord {
  /** Reported and not lifted, oldest first. */
  readonly open: readonly string[];
  readonly lifted: ReadonlySet<string>;
  /** The newest entry with which this device took over from a backup. */
  readonly restoredAtSeq?: number;
  /** False where entries were altered, or are missing in between: what they said is not known. A cut end does not show. */
  readonly whole: boolean;
}

const slice = 1000;

/**
 * Walks all that is left of the audit, in one go: for a start that must not believe anything else. Each entry's hash
 * covers the one before it, so the newest signature vouches for all, and few signatures have to be checked.
 */
export function incidentsOnRecord(store: Store): IncidentsOnRecord {
  const checkpoint = store.checkpoints.newest();
  let whole = checkpoint === undefined || store.signers.verifies(checkpoint);
  const reported = new Set(whole ? checkpoint?.openIncidents : []);
  const lifted = new Set<string>();
  let restoredAtSeq: number | undefined;
  let previous: Pick<AuditRow, 'hash'> | undefined = checkpoint;
  let newest: AuditRow | undefined;
  for (const row of entriesAfter(store, checkpoint?.seq ?? 0)) {
    whole &&= equalBytes(row.prevHash, previous?.hash ?? genesisHash) && equalBytes(row.hash, hashOf(row));
    if (kindsLookedFor.has(row.kind) && isOurs(store, row)) {
      if (row.kind === 'incident.reported') reported.add(incidentOf(row));
      else if (row.kind === 'incident.lifted') lifted.add(incidentOf(row));
      else restoredAtSeq = row.seq;
    }
    previous = row;
    newest = row;
  }
  return {
    open: [...reported].filter((id) => !lifted.has(id)),
    lifted,
    ...(restoredAtSeq === undefined ? {} : { restoredAtSeq }),
    whole: whole && (newest === undefined || isOurs(store, newest)),
  };
}

function* entriesAfter({ auditLog }: Store, seq: number): Iterable<AuditRow> {
  for (let rows = auditLog.page(seq, slice); rows.length > 0; rows = auditLog.page(rows.at(-1)?.seq ?? seq, slice))
    yield* rows;
}

const kindsLookedFor: ReadonlySet<string> = new Set(['incident.reported', 'incident.lifted', 'backup.restored']);

/** True when this device, or the one whose backup it goes on from, wrote this very entry. */
function isOurs({ signers }: Store, row: AuditRow): boolean {
  const publicKey = signers.publicKeyAt(row.keyId, row.seq);
  return (
    publicKey !== undefined && equalBytes(row.hash, hashOf(row)) && verifySignature(publicKey, row.hash, row.signature)
  );
}

/** Written by the incident room; believed only once the entry's signature holds. */
const incidentOf = ({ body }: AuditRow): string => String((JSON.parse(body) as { incidentId?: unknown }).incidentId);
