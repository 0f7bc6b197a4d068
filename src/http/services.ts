import type { FastifyInstance } from 'fastify';
import type { ApiKeyRing, ScreenPairing } from '../access/index.js';
import type { Acts } from '../acts/index.js';
import type { Anchors, RollbackGuard } from '../anchors/index.js';
import type { AssessmentDrafts, AssessmentRegister } from '../assessment/index.js';
import type { AuditTrail, PanelEvents } from '../audit/index.js';
import type { DeviceAuthority, PanelRegister } from '../authority/index.js';
import type { BackupMaker } from '../backup/index.js';
import type { RemoteChecks } from '../check/index.js';
import type { ComplaintRegister, StaffCalls } from '../complaint/index.js';
import type { ComplianceService, ServedInterface } from '../compliance/index.js';
import type { Config } from '../config/index.js';
import type { ConsentRegister } from '../consent/index.js';
import type { Clock, Logger, Randomness, Timers } from '../core/index.js';
import type { PinChecker } from '../credentials/index.js';
import type { Doors } from '../doors/index.js';
import type { EnrolmentCodes, EnrolmentService } from '../enrol/index.js';
import type { FilingService, KeepingPeriod } from '../filing/index.js';
import type { IdentificationGallery } from '../gallery/index.js';
import type { PeopleImport } from '../import/index.js';
import type { Incidents, TamperLock } from '../incident/index.js';
import type { Inspections } from '../inspection/index.js';
import type { Inspector } from '../inspector/index.js';
import type { Languages } from '../language/index.js';
import type { CurrentNotice, NoticeAnnouncement, NoticeTexts } from '../notice/index.js';
import type { Outbox } from '../outbox/index.js';
import type { FacePolicy } from '../policy/index.js';
import type { RetentionService } from '../retention/index.js';
import type { RootPlace, RootTarget, RotationService } from '../rotation/index.js';
import type { SelfTest } from '../selftest/index.js';
import type { Sign } from '../sign/index.js';
import type { Store } from '../store/index.js';
import type { SyslogSender } from '../syslog/index.js';
import type { ClockGuard } from '../timekeeping/index.js';
import type { ReviewDesk, VerificationService } from '../verify/index.js';
import type { Vision } from '../vision/index.js';
import type { VisitService } from '../visit/index.js';
import type { OwnDataLinks } from './own-data-links.js';

/** Another dialect over the same services. `local`: on the socket of the device's owner. */
export type Front = (server: FastifyInstance, options: { readonly local: boolean }) => void;

/** Everything the routes may call. */
export interface Services {
  readonly config: Config;
  readonly version: string;
  readonly store: Store;
  readonly audit: AuditTrail;
  readonly panelEvents: PanelEvents;
  readonly fronts: readonly Front[];
  readonly outbox: Outbox;
  /** Absent where the site has no collector. */
  readonly syslog?: SyslogSender | undefined;
  /** The panel's last word at some doors. */
  readonly remoteChecks: RemoteChecks;
  readonly languages: Languages;
  readonly notice: CurrentNotice;
  readonly noticeTexts: NoticeTexts;
  readonly sign: Sign;
  /** Whether people were told; `displayed` is how a screen says that it showed the notice (M5.0). */
  readonly announcement: NoticeAnnouncement;
  readonly consents: ConsentRegister;
  readonly assessments: AssessmentRegister;
  readonly assessmentDrafts: AssessmentDrafts;
  readonly pins: PinChecker;
  readonly apiKeys: ApiKeyRing;
  /** The device's own certificates. */
  readonly authority: DeviceAuthority;
  readonly panels: PanelRegister;
  /** What takes two people. */
  readonly acts: Acts;
  /** Absent where the site has no screen. */
  readonly pairing: ScreenPairing | undefined;
  readonly clockGuard: ClockGuard;
  readonly rollback: RollbackGuard;
  readonly anchors: Anchors;
  readonly rotation: RotationService;
  readonly backups: BackupMaker;
  /** Where a root key may be moved to, by what the caller wrote. */
  readonly rootPlaceOf: (target: RootTarget) => RootPlace;
  readonly policy: FacePolicy;
  readonly incidents: Incidents;
  readonly tamperLock: TamperLock;
  readonly inspections: Inspections;
  readonly selfTest: SelfTest;
  readonly verifications: VerificationService;
  readonly doors: Doors;
  readonly reviews: ReviewDesk;
  readonly peopleImport: PeopleImport;
  readonly enrolments: EnrolmentService;
  readonly enrolmentCodes: EnrolmentCodes;
  readonly visits: VisitService;
  readonly ownDataLinks: OwnDataLinks;
  readonly retention: RetentionService;
  readonly compliance: ComplianceService;
  readonly served: ServedInterface;
  readonly complaints: ComplaintRegister;
  readonly staffCalls: StaffCalls;
  readonly filing: FilingService;
  readonly keeping: KeepingPeriod;
  readonly inspector: Inspector;
  readonly vision: Vision | undefined;
  readonly gallery: () => IdentificationGallery | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly randomness: Randomness;
  readonly logger: Logger;
}
