import { coreDumpState, type SecureMemoryReport } from '../addon/index.js';
import { AssessmentDrafts, type AssessmentRegister } from '../assessment/index.js';
import { bestEffortAudit, verifyNewestAudit } from '../audit/index.js';
import type { Config } from '../config/index.js';
import type { AuditPort, Clock, Logger } from '../core/index.js';
import { Incidents, TamperLock } from '../incident/index.js';
import { Inspections, type MachineFindings } from '../inspection/index.js';
import { processUmask } from '../platform/index.js';
import {
  addonTwinCheck,
  auditCheck,
  cipherCheck,
  configurationFileCheck,
  coreDumpCheck,
  keyFileCheck,
  lockedMemoryCheck,
  modelCheck,
  SelfTest,
  type SelfTestCheck,
  storeCheck,
  storeFolderCheck,
  tlsCheck,
  umaskCheck,
} from '../selftest/index.js';
import type { Store } from '../store/index.js';
import type { ClockGuard } from '../timekeeping/index.js';
import type { Vision } from '../vision/index.js';

/** How many of the newest audit entries every self-test walks; `audit verify` walks all. */
const auditEntriesChecked = 200;

export interface SafetyEdges {
  readonly config: Config;
  readonly configFile: string | undefined;
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly assessments: AssessmentRegister;
  readonly vision: Vision | undefined;
  readonly egressCheck: SelfTestCheck;
  readonly galleryMemory: () => SecureMemoryReport | undefined;
  readonly clockGuard: ClockGuard;
  /** Asked for when somebody inspects; what it looks at is made after this. */
  readonly measure: () => Promise<MachineFindings>;
}

/** What watches over the device itself: incidents, the tamper lock, the self-test. */
export function openSafety(edges: SafetyEdges) {
  const { config, store, audit, clock, logger, assessments, clockGuard, measure } = edges;
  return {
    assessmentDrafts: new AssessmentDrafts({ store, audit, clock, assessments }),
    incidents: new Incidents({ store, audit, clock, onMajor: (incidentId) => assessments.majorIncident(incidentId) }),
    inspections: new Inspections({
      ...{ store, audit, measure, terms: config.inspection, deviceId: config.device.id },
      clock: { trustedMs: () => clockGuard.trustedMs(), trusted: () => clockGuard.check().trusted },
    }),
    tamperLock: new TamperLock({ store, audit, clock }),
    // A full disk must not keep the outcome from taking effect.
    selfTest: new SelfTest({ checks: checksOf(edges), audit: bestEffortAudit(audit, logger), clock, logger }),
  };
}

function checksOf({ config, configFile, store, vision, egressCheck, galleryMemory }: SafetyEdges) {
  return [
    cipherCheck,
    keyFileCheck(config),
    storeFolderCheck(config),
    // Whoever tries the product has a checkout of their own, and the demonstration stays on loopback.
    configurationFileCheck(config.mode === 'demonstration' ? undefined : configFile),
    tlsCheck(config),
    egressCheck,
    umaskCheck(processUmask),
    coreDumpCheck(coreDumpState),
    lockedMemoryCheck(galleryMemory),
    addonTwinCheck,
    auditCheck(() => verifyNewestAudit(store, auditEntriesChecked)),
    storeCheck(store),
    modelCheck(() =>
      vision === undefined
        ? undefined
        : { ready: vision.problem() === undefined, fault: vision.fault(), problem: vision.problem() },
    ),
  ];
}
