import { hash } from '../crypto/index.js';
import type { DueCause } from './periods.js';

export const eraseTriggers = [
  'expiry',
  'withdrawal',
  'purpose-ended',
  'order',
  're-enrolment',
  'decommission',
] as const;
export type EraseTrigger = (typeof eraseTriggers)[number];

/** What goes: the face alone (card and PIN go on), or everything about the person. */
export type EraseScope = 'face' | 'person';

export interface PendingReceipt {
  readonly receiptId: string;
  readonly subjectId: string;
  readonly scope: EraseScope;
  readonly trigger: EraseTrigger;
  readonly cause?: DueCause;
  readonly templates: number;
  readonly cards: number;
  readonly pins: number;
  /** Absent in what an earlier version left unfinished. */
  readonly lastEntries?: number;
  readonly consentEndReason: string;
}

/** What is the same for every receipt of one commit; looked at after the old key's destruction, right before they are signed. */
export interface CommitContext {
  readonly deviceId: string;
  readonly completedAtMs: number;
  readonly epochInForce: number;
  readonly formerEpochKeysOnDisk: number;
  readonly backupMadeAt: string | undefined;
}

export type Course = 'straight' | 'interrupted';

export interface ReceiptContext extends CommitContext {
  readonly startedAtMs: number;
  readonly course: Course;
  readonly rowsLeft: number;
  /** Body of the receipt before. */
  readonly previous: string | undefined;
}

/** What a purge receipt says (M6.2, M8.3), to be signed in its canonical form. */
export function purgeReceiptBody(item: PendingReceipt, context: ReceiptContext): Readonly<Record<string, unknown>> {
  const { startedAtMs, course, completedAtMs, backupMadeAt, previous } = context;
  const { rowsLeft, epochInForce, formerEpochKeysOnDisk } = context;
  return {
    receiptId: item.receiptId,
    subjectPseudonym: item.subjectId,
    trigger: item.trigger,
    ...(item.cause === undefined ? {} : { cause: item.cause }),
    scope: item.scope,
    items: {
      templates: item.templates,
      cards: item.cards,
      pins: item.pins,
      lastEntries: item.lastEntries ?? 0,
      profile: item.scope === 'person' ? 1 : 0,
    },
    method:
      'key destruction: rows deleted, remaining keys rewrapped, old epoch key overwritten and unlinked, log truncated',
    startedAt: new Date(startedAtMs).toISOString(),
    completedAt: new Date(completedAtMs).toISOString(),
    verification: { rowsLeft, epochInForce, formerEpochKeysOnDisk },
    backupsAndCopies: copiesOf(item.scope, backupMadeAt),
    failures: failuresOf(course, { rowsLeft, formerEpochKeysOnDisk }),
    deviceId: context.deviceId,
    prevHash: previous === undefined ? null : Buffer.from(hash(previous)).toString('hex'),
  };
}

/** What opens no more, and what may: a face is in no backup, but a person may be in one that lies elsewhere. */
function copiesOf(scope: EraseScope, backupMadeAt: string | undefined): string {
  const store = 'unreadable: their keys were wrapped by the destroyed epoch key, which is never backed up';
  if (backupMadeAt === undefined || scope === 'face') return store;
  return `copies of the store ${store}; encrypted backups, the newest of ${backupMadeAt}, hold no face, and may hold profile, cards and PIN until they are destroyed`;
}

function failuresOf(
  course: Course,
  { rowsLeft, formerEpochKeysOnDisk }: { readonly rowsLeft: number; readonly formerEpochKeysOnDisk: number },
): string {
  const failures = [
    ...(course === 'interrupted' ? ['interrupted, and completed later'] : []),
    ...(rowsLeft > 0 ? ['rows of a later consent are still to be erased'] : []),
    ...(formerEpochKeysOnDisk > 0 ? ['a former epoch key is still on the disk'] : []),
  ];
  return failures.join('; ') || 'none';
}
