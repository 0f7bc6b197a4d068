/** The rooms in which the law's records are kept, and what they look after by themselves. */
import { ComplaintRegister, StaffCalls } from '../complaint/index.js';
import type { Config } from '../config/index.js';
import type { ConsentRegister } from '../consent/index.js';
import type { AuditPort, Clock, Randomness, Timers } from '../core/index.js';
import type { PinChecker } from '../credentials/index.js';
import { EnrolmentCodes } from '../enrol/index.js';
import { OwnDataLinks, type Services } from '../http/index.js';
import type { Languages } from '../language/index.js';
import type { CurrentNotice } from '../notice/index.js';
import type { FacePolicy } from '../policy/index.js';
import type { RetentionService } from '../retention/index.js';
import type { Store } from '../store/index.js';
import type { ClockGuard } from '../timekeeping/index.js';
import type { VerificationService } from '../verify/index.js';
import { type VisitParts, VisitService } from '../visit/index.js';
import { openFiling } from './filing.js';
import { openInspector } from './inspector.js';

export interface LawParts {
  readonly config: Config;
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly clockGuard: ClockGuard;
  readonly randomness: Randomness;
  readonly timers: Timers;
  readonly languages: Languages;
  readonly notice: CurrentNotice;
  readonly consents: ConsentRegister;
  readonly policy: FacePolicy;
  readonly pins: PinChecker;
  readonly retention: RetentionService;
  /** Never behind the time that is vouched for. */
  readonly expiryClock: Clock;
  /** For entries that nothing hangs on. */
  readonly lenientAudit: AuditPort;
  readonly verifications: VerificationService;
}

export interface LawRooms {
  readonly services: Pick<
    Services,
    'complaints' | 'staffCalls' | 'filing' | 'keeping' | 'inspector' | 'enrolmentCodes' | 'visits' | 'ownDataLinks'
  >;
  /** Counts, reminds of deadlines, removes what is past its keeping period; nothing goes while the clock is in doubt. */
  look(): void;
  close(): void;
}

export function openLawRooms(parts: LawParts): LawRooms {
  const { config, clockGuard } = parts;
  const complaints = new ComplaintRegister({
    ...parts,
    deviceId: config.device.id,
    contacts: config.site.complaintContacts,
  });
  const staffCalls = new StaffCalls(parts);
  const filing = openFiling(parts);
  const enrolmentCodes = new EnrolmentCodes({ ...parts, clock: parts.expiryClock });
  const visits = new VisitService({
    ...{ ...parts, codes: enrolmentCodes, clock: parts.expiryClock },
    ...faceProof(parts),
  });
  return {
    services: {
      complaints,
      staffCalls,
      ...filing,
      inspector: openInspector({ ...parts, ...filing }),
      enrolmentCodes,
      visits,
      ownDataLinks: new OwnDataLinks({ ...parts, visits }),
    },
    look: () => {
      filing.filing.look();
      if (!clockGuard.status().trusted) return;
      complaints.remind();
      complaints.prune(clockGuard.trustedMs());
      staffCalls.prune(clockGuard.trustedMs());
    },
    close: () => visits.close(),
  };
}

/** A face proves its owner before the camera of the screen's own door, and nowhere else. */
function faceProof({ config: { screen }, verifications }: LawParts): Pick<VisitParts, 'proveByFace'> {
  if (screen === undefined) return {};
  const { doorId } = screen;
  return {
    proveByFace: (claim) => verifications.proofs.prove({ doorId, ...(claim === undefined ? {} : { claim }) }),
  };
}
