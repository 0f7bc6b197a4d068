import type { ApiKeyRing } from '../access/index.js';
import type { AssessmentRegister } from '../assessment/index.js';
import type { AuditTrail } from '../audit/index.js';
import type { ComplianceService } from '../compliance/index.js';
import type { Config } from '../config/index.js';
import type { ConsentRegister } from '../consent/index.js';
import type { Clock, Logger, Timers } from '../core/index.js';
import type { PinChecker } from '../credentials/index.js';
import type { EnrolmentService } from '../enrol/index.js';
import type { IdentificationGallery } from '../gallery/index.js';
import type { Languages } from '../language/index.js';
import type { CurrentNotice } from '../notice/index.js';
import type { FacePolicy } from '../policy/index.js';
import type { RetentionService } from '../retention/index.js';
import type { Store } from '../store/index.js';
import type { ClockGuard } from '../timekeeping/index.js';
import type { VerificationService } from '../verify/index.js';
import type { Vision } from '../vision/index.js';

/** Everything the routes may call. */
export interface Services {
  readonly config: Config;
  readonly version: string;
  readonly store: Store;
  readonly audit: AuditTrail;
  readonly languages: Languages;
  readonly notice: CurrentNotice;
  readonly consents: ConsentRegister;
  readonly assessments: AssessmentRegister;
  readonly pins: PinChecker;
  readonly apiKeys: ApiKeyRing;
  readonly clockGuard: ClockGuard;
  readonly policy: FacePolicy;
  readonly verifications: VerificationService;
  readonly enrolments: EnrolmentService;
  readonly retention: RetentionService;
  readonly compliance: ComplianceService;
  readonly vision: Vision | undefined;
  readonly gallery: () => IdentificationGallery | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
}
