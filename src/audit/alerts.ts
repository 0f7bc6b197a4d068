import type { AuditKind } from '../core/index.js';
import type { AuditRow } from '../store/index.js';
import type { RecordFailure } from './trail.js';

/** What the record shows of attacks, of failing defences and of what needs somebody (M14.5, D19c). */
export interface Alert {
  readonly id: string;
  readonly clause: string;
  readonly count: number;
  /** How many within the time make it an alert; below that it is only counted. */
  readonly raisedAt: number;
  readonly raised: boolean;
  readonly newestSeq: number;
  readonly newestAt: string;
  readonly whatToDo: string;
}

interface AlertRule {
  readonly id: string;
  readonly clause: string;
  readonly kinds: readonly AuditKind[];
  /** How many one entry stands for; 0 when it is not of this. */
  readonly counts: (body: Readonly<Record<string, unknown>>) => number;
  readonly raisedAt: number;
  readonly whatToDo: string;
}

const each = () => 1;

const recordsRefused = 'records-refused';
const recordsRemedy =
  'entries could not be written, and nothing was granted meanwhile: look at the disk of the store and its free space';

/** The table of what is watched. Numbers above 1 leave room for honest mistakes: a forgotten PIN, an old key in a script. */
const rules: readonly AlertRule[] = [
  {
    ...{ id: 'presentation-attack', clause: 'D19c', kinds: ['verification.decided'], raisedAt: 1 },
    counts: ({ reason, faceMeanwhile }) =>
      reason === 'presentation-attack-suspected' || faceMeanwhile === 'presentation-attack-suspected' ? 1 : 0,
    whatToDo: 'look at the gate; ask whether somebody held up a picture or a screen',
  },
  {
    ...{ id: 'locked-out', clause: 'M14.5', kinds: ['verification.decided'], raisedAt: 1 },
    counts: ({ reason }) => (reason === 'locked-out' ? 1 : 0),
    whatToDo: 'PINs are being guessed, or somebody forgot theirs: find out which',
  },
  {
    ...{ id: 'credentials-rejected', clause: 'M14.5', kinds: ['verification.decided'], raisedAt: 20 },
    counts: ({ reason }) => (reason === 'credential-rejected' ? 1 : 0),
    whatToDo: 'many cards or PINs are wrong: look whether they come from one door',
  },
  {
    ...{ id: 'access-denied', clause: 'M14.3', kinds: ['access.denied'], raisedAt: 10 },
    counts: ({ unrecordedBefore }) => 1 + (typeof unrecordedBefore === 'number' ? unrecordedBefore : 0),
    whatToDo: 'somebody calls without a right to: look at the addresses in the audit',
  },
  {
    ...{ id: 'purpose-refused', clause: 'M4.1', kinds: ['purpose.refused'], raisedAt: 1, counts: each },
    whatToDo: 'a panel asks for another purpose than the declared one: correct it',
  },
  {
    ...{ id: 'tampering', clause: 'D19c', kinds: ['tamper.reported'], raisedAt: 1, counts: each },
    whatToDo: 'look at the device, then menshen tamper confirm',
  },
  {
    ...{ id: 'incident', clause: 'P57', kinds: ['incident.reported'], raisedAt: 1, counts: each },
    whatToDo: 'remedy it, print the notices (menshen incident notice), then two people lift it',
  },
  {
    ...{ id: 'self-test-failed', clause: 'M4.4', kinds: ['self-test.finished'], raisedAt: 1 },
    counts: ({ sound }) => (sound === false ? 1 : 0),
    whatToDo: 'menshen selftest says what to do',
  },
  {
    ...{ id: 'assessment-invalidated', clause: 'M9.5', kinds: ['assessment.invalidated'], raisedAt: 1, counts: each },
    whatToDo: 'assess again (menshen assessment new), or take the change back',
  },
  {
    ...{ id: 'inspection-overdue', clause: 'D19a', kinds: ['inspection.overdue'], raisedAt: 1, counts: each },
    whatToDo: 'menshen inspection start',
  },
  {
    ...{ id: 'camera', clause: 'M14.5', kinds: ['camera.failed', 'camera.fault'], raisedAt: 1, counts: each },
    whatToDo: 'a camera was lost, covered or black: look at it',
  },
  {
    ...{ id: 'recognition-failed', clause: 'M14.5', kinds: ['vision.failed'], raisedAt: 1, counts: each },
    whatToDo: 'recognition ended by itself: see the log; when it happens again, run menshen doctor',
  },
  {
    ...{ id: 'clock', clause: 'M8.3', kinds: ['clock.suspect'], raisedAt: 1, counts: each },
    whatToDo: 'set the clock, then menshen clock-confirm',
  },
  {
    ...{ id: 'egress', clause: 'M8.2', kinds: ['egress.refused', 'egress.open'], raisedAt: 1 },
    counts: ({ attempts }) => (typeof attempts === 'number' ? attempts : 1),
    whatToDo: 'something on this device wants to reach beyond the listed addresses: find out what; see the log',
  },
  {
    ...{ id: 'space-low', clause: 'M9.3', kinds: ['space.low'], raisedAt: 1, counts: each },
    whatToDo: 'free some space on the disk of the store',
  },
  {
    ...{ id: recordsRefused, clause: 'M14.5', kinds: ['audit.resumed'], raisedAt: 1 },
    counts: ({ refused }) => (typeof refused === 'number' && refused > 0 ? refused : 1),
    whatToDo: recordsRemedy,
  },
  {
    ...{ id: 'store-rolled-back', clause: 'M14.5', kinds: ['store.rolled-back'], raisedAt: 1, counts: each },
    whatToDo:
      'an old copy of the store was put back: people who were erased since may be in it again. Find out who did it, then menshen store confirm-rollback',
  },
];

/** Ids of everything that is watched. */
export const alertIds: readonly string[] = rules.map(({ id }) => id);

/** Counts what the entries (newest first) show; what did not happen is left out. */
export function alertsIn(rows: readonly AuditRow[]): Alert[] {
  return rules.flatMap(({ id, clause, kinds, counts, raisedAt, whatToDo }) => {
    const shown = rows
      .filter(({ kind }) => kinds.some((watched) => watched === kind))
      // Written by the audit trail alone.
      .map((row) => ({ row, count: counts(JSON.parse(row.body) as Record<string, unknown>) }))
      .filter(({ count }) => count > 0);
    const [newest] = shown;
    if (newest === undefined) return [];
    const count = shown.reduce((sum, one) => sum + one.count, 0);
    const newestAt = new Date(newest.row.atMs).toISOString();
    return [{ id, clause, count, raisedAt, raised: count >= raisedAt, newestSeq: newest.row.seq, newestAt, whatToDo }];
  });
}

/** That nothing is recorded just now, which no entry can tell. */
export function alertOf({ sinceMs, refused, detail }: RecordFailure, newestSeq: number): Alert {
  const newestAt = new Date(sinceMs).toISOString();
  const counted = { count: Math.max(1, refused), raisedAt: 1, raised: true };
  return { id: recordsRefused, clause: 'M14.5', ...counted, newestSeq, newestAt, whatToDo: detail };
}
