import type { RollbackGuard } from '../anchors/index.js';
import type { Incidents, TamperLock } from '../incident/index.js';
import type { Inspections } from '../inspection/index.js';
import type { SelfTest } from '../selftest/index.js';
import { incidentOffRecord } from '../store/index.js';

/** What is about the device and not about a person, and switches face mode off; card and PIN are never concerned. */
export type SafetyReason =
  | 'store-rolled-back'
  | 'incident'
  | 'tampered'
  | 'self-test-running'
  | 'self-test-failed'
  | 'inspection-overdue';

export interface SafetyBlock {
  readonly reason: SafetyReason;
  readonly detail: string;
}

export interface SafetyParts {
  readonly rollback: Pick<RollbackGuard, 'standing'>;
  readonly incidents: Pick<Incidents, 'frozenBy'>;
  readonly tamperLock: Pick<TamperLock, 'open'>;
  readonly selfTest: Pick<SelfTest, 'last'>;
  readonly inspections: Pick<Inspections, 'stopsFace' | 'due'>;
}

/** Each of these reasons that holds now, the gravest first; asked before any face work and again before a grant. */
export function* safetyBlocks(parts: SafetyParts): Generator<SafetyBlock, void> {
  for (const blockOf of [rollbackBlock, incidentBlock, tamperBlock, selfTestBlock, inspectionBlock]) {
    const block = blockOf(parts);
    if (block !== undefined) yield block;
  }
}

/** An old copy of the store was put back, or could have been: who is enrolled and consents may not be true any more. */
function rollbackBlock({ rollback }: SafetyParts): SafetyBlock | undefined {
  const finding = rollback.standing();
  return finding === undefined ? undefined : { reason: 'store-rolled-back', detail: finding.detail };
}

const offRecord =
  'entries of the audit were altered or taken away together with what says which incidents are open, so one may be open (PIPL art. 57); restore the device from a backup into a new store';

/** P57: from the report until two people have lifted it. */
function incidentBlock({ incidents }: SafetyParts): SafetyBlock | undefined {
  const id = incidents.frozenBy();
  if (id === undefined) return undefined;
  if (id === incidentOffRecord) return { reason: 'incident', detail: offRecord };
  return { reason: 'incident', detail: `incident ${id} is open; two people must lift it (PIPL art. 57)` };
}

/** D19c: until an operator has looked at the device. */
function tamperBlock({ tamperLock }: SafetyParts): SafetyBlock | undefined {
  const [oldest] = tamperLock.open();
  if (oldest === undefined) return undefined;
  return {
    reason: 'tampered',
    detail: `${oldest.signal} was reported (${oldest.id}); an operator must look at the device and confirm (D19c)`,
  };
}

/** M4.4: nothing is known about the device until the self-test at start has finished. */
function selfTestBlock({ selfTest }: SafetyParts): SafetyBlock | undefined {
  const report = selfTest.last();
  if (report === undefined) return { reason: 'self-test-running', detail: 'the self-test has not finished yet (M4.4)' };
  if (report.sound) return undefined;
  const [worst] = report.results.filter(({ critical, state }) => critical && state === 'failed');
  return { reason: 'self-test-failed', detail: `self-test ${worst?.id}: ${worst?.why} (M4.4)` };
}

/** D19a: the yearly inspection was not made, and the site chose that the face ends with the grace period. */
function inspectionBlock({ inspections }: SafetyParts): SafetyBlock | undefined {
  if (!inspections.stopsFace()) return undefined;
  const due = new Date(inspections.due().dueMs).toISOString().slice(0, 10);
  return { reason: 'inspection-overdue', detail: `the inspection was due on ${due}: menshen inspection start (D19a)` };
}
