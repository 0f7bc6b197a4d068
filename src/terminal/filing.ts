import type { AuditTrail } from '../audit/index.js';
import type { Config } from '../config/index.js';
import type { Clock } from '../core/index.js';
import {
  type CurrentAssessment,
  FilingService,
  filedFields,
  type GuardedTime,
  KeepingPeriod,
  loadWorkingDays,
} from '../filing/index.js';
import type { Languages } from '../language/index.js';
import type { CurrentNotice } from '../notice/index.js';
import { productVersion } from '../platform/index.js';
import type { FacePolicy } from '../policy/index.js';
import type { Store } from '../store/index.js';
import type { ClockGuard } from '../timekeeping/index.js';

export interface FilingEdges {
  readonly config: Config;
  readonly store: Store;
  readonly audit: Pick<AuditTrail, 'append'>;
  readonly clock: Clock;
  readonly clockGuard: ClockGuard;
  readonly languages: Languages;
  readonly notice: CurrentNotice;
  readonly policy: FacePolicy;
}

/** Counting and filing, and how long records are kept; all by the time that is vouched for. */
export function openFiling(edges: FilingEdges): { readonly filing: FilingService; readonly keeping: KeepingPeriod } {
  const { config, notice, store, policy } = edges;
  const time = guardedTime(edges);
  const filing = new FilingService({
    ...edges,
    time,
    version: productVersion(),
    workingDays: loadWorkingDays(),
    fields: filedFields(config, notice.fields),
    deviceId: config.device.id,
    assessment: () => assessmentNow(store, policy),
    decommissionedAtMs: () => store.documents.newest('decommission')?.atMs,
  });
  return { filing, keeping: new KeepingPeriod({ ...edges, time }) };
}

function guardedTime({ clock, clockGuard }: FilingEdges): GuardedTime {
  return {
    now: () =>
      clockGuard.status().trusted
        ? { ms: Math.max(clock.wallMs(), clockGuard.trustedMs()), trusted: true }
        : { ms: clockGuard.trustedMs(), trusted: false },
  };
}

function assessmentNow(store: Store, policy: FacePolicy): CurrentAssessment | { readonly why: string } {
  const state = policy.assessment();
  if (state.state !== 'valid') return { why: state.why };
  const row = store.documents.get('assessment', state.version);
  if (row === undefined) return { why: 'the assessment cannot be found' };
  // Written by the register of assessments alone.
  const { assessment } = JSON.parse(row.body) as { assessment: Readonly<Record<string, unknown>> };
  return { version: row.version, hash: row.hash, date: state.date, fields: assessment };
}
