import { ScreenPairing } from '../access/index.js';
import { AssessmentRegister } from '../assessment/index.js';
import { AuditTrail, bestEffortAudit, PanelEvents } from '../audit/index.js';
import type { Config } from '../config/index.js';
import { ConsentRegister } from '../consent/index.js';
import type { Clock, Logger, Randomness, Timers } from '../core/index.js';
import { PinChecker } from '../credentials/index.js';
import { Argon2idPool, type PasswordHasher, type SignedPurpose } from '../crypto/index.js';
import { Doors } from '../doors/index.js';
import { EnrolmentService } from '../enrol/index.js';
import type { Services } from '../http/index.js';
import { productVersion } from '../platform/index.js';
import { FacePolicy } from '../policy/index.js';
import { Eraser, RetentionService } from '../retention/index.js';
import type { Store } from '../store/index.js';
import { ClockGuard, cautiousClock } from '../timekeeping/index.js';
import { DecisionRecorder, ReviewDesk, VerificationService } from '../verify/index.js';
import { openAccess, openActs, tellEndings } from './access.js';
import { openBackups } from './backup.js';
import { openCompliance } from './compliance.js';
import { daysOfUse } from './days-of-use.js';
import { type EgressWatch, watchEgress } from './egress.js';
import { openImport } from './import.js';
import { openDialects, openFronts } from './isapi.js';
import { openKeys } from './keys.js';
import { type LawRooms, openLawRooms } from './law.js';
import { LiveGallery } from './live-gallery.js';
import { measuredFindings } from './measured.js';
import { openVision, packFolderOf } from './open-vision.js';
import { openOutbox } from './outbox.js';
import { RecognitionRecords } from './recognition-records.js';
import { openRemoteChecks } from './remote-check.js';
import { openSafety } from './safety.js';
import { acceptConfiguration, signedPack } from './signed-files.js';
import { openSyslog } from './syslog.js';
import { openTold } from './told.js';

export interface TerminalPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly randomness: Randomness;
  readonly logger: Logger;
}

export interface TerminalOptions {
  readonly withCameras: boolean;
  /** Where the configuration was read from, for the self-test to look at. */
  readonly configFile?: string;
  /** What the owner accepts once although it is older than what was accepted before. */
  readonly acceptDowngrade?: SignedPurpose;
}

/** What the daemon is made of, and what of it only its life deals with. */
export interface Composition {
  readonly services: Services;
  readonly hasher: PasswordHasher;
  readonly eraser: Eraser;
  readonly law: LawRooms;
  readonly egress: EgressWatch;
  readonly liveGallery: LiveGallery;
  readonly records: RecognitionRecords;
  readonly tellEndings: () => void;
}

const argon2idCost = { passes: 2, memoryBytes: 64 * 1024 * 1024 };
/** Face mode ends while there is still room for the records of PIN and card. */
const auditSpaceFloorBytes = 8 * 1024 * 1024;

/** Every room with what it needs of the others, in the order in which they need each other. Nothing runs yet. */
export function compose(config: Config, store: Store, ports: TerminalPorts, options: TerminalOptions): Composition {
  const { clock, timers, randomness, logger } = ports;
  const audit = new AuditTrail(store, clock, logger);
  const signed = { config, store, audit, clock, acceptDowngrade: options.acceptDowngrade };
  acceptConfiguration(signed, options.configFile);
  if (options.acceptDowngrade === 'packs') signedPack(signed, packFolderOf(config));
  const keys = openKeys(config, { store, audit, clock, logger, randomness });
  const limits = {
    jumpToleranceMs: config.clock.jumpToleranceMs,
    maxDowntimeMs: config.clock.maxDowntimeHours * 3_600_000,
  };
  const clockGuard = new ClockGuard({ store, clock, audit, limits });
  const told = openTold(config, { store, audit, clock });
  const { languages, notice, noticeTexts, announcement } = told;
  // Whatever expires does so by this clock.
  const expiryClock = cautiousClock(clock, clockGuard);
  store.useClock(expiryClock);
  const consents = new ConsentRegister(store, audit, expiryClock, () => clockGuard.trustedMs());
  const assessments = new AssessmentRegister(store, audit, clock, () => clockGuard.trustedMs());
  const hasher = new Argon2idPool({ cost: argon2idCost, workers: 1, queueLimit: 16 });
  const pins = new PinChecker({ store, hasher, clock, randomness, audit });
  const lenient = bestEffortAudit(audit, logger);
  const vision =
    options.withCameras && config.face.enabled
      ? openVision(config, lenient, ports, (folder) => signedPack(signed, folder))
      : undefined;
  announcement.whenAnnounced(() => vision?.openCameras());
  const liveGallery = new LiveGallery();
  const gallery = () => liveGallery.current;
  const { pin, card } = config.credentials;
  const egress = watchEgress({ config, audit: lenient, logger, timers, vision, store });
  const safety = openSafety({
    ...{ config, store, audit, clock, clockGuard, logger, assessments, vision },
    configFile: options.configFile,
    egressCheck: egress.check,
    galleryMemory: () => gallery()?.memory(),
    measure: () => measuredFindings(whole),
  });
  const policy = new FacePolicy(config, {
    store,
    audit: lenient,
    notice,
    announcement,
    consents,
    assessments,
    clockGuard,
    safety: { ...safety, ...keys },
    vision,
    gallery,
    alternativeWorks: () => (pin.enabled || card.enabled) && !hasher.broken(),
    auditSpaceLeft: () => store.reserve.held() && store.reserve.freeBytes() > auditSpaceFloorBytes,
    nowMs: () => expiryClock.wallMs(),
    noticeTextHash: (tag) => (languages.has(tag) ? noticeTexts.view(tag).textHash : undefined),
  });
  const eraser = new Eraser({ store, audit, gallery, clock, logger, deviceId: config.device.id });
  const retention = new RetentionService({
    config,
    store,
    audit,
    clock,
    clockGuard,
    eraser,
    logger,
    deviceId: config.device.id,
    contact: config.site.processor.contact,
    alternatives: notice.fields.alternatives,
  });
  const recorder = new DecisionRecorder({
    audit,
    logger,
    clock,
    signingKey: store.signingKey,
    deviceId: config.device.id,
    mode: config.mode,
    validMs: config.verification.decisionValidMs,
    ...daysOfUse(config, store, clockGuard),
  });
  const doors = new Doors({ config, store, audit, clock, timers, clockGuard, logger });
  const panelEvents = new PanelEvents({ store, personFields: config.events.personFields });
  const dialects = openDialects(config, store);
  const telling = { ...ports, config, store, audit, events: panelEvents };
  const outbox = openOutbox({ ...telling, anchors: keys.anchors, dialectOf: dialects.told });
  const mayCall = (address: string, port: number) => outbox.mayCall(address, port);
  const remoteChecks = openRemoteChecks({ ...telling, mayCall, dialectOf: dialects.asked });
  const reviews = new ReviewDesk({ config, store, policy, doors, recorder, clock });
  const verifications = new VerificationService({
    config,
    reviews,
    doors,
    checks: remoteChecks,
    store,
    audit,
    policy,
    pins,
    recorder,
    vision,
    gallery,
    clock: expiryClock,
    timers,
    randomness,
    logger,
  });
  const enrolments = new EnrolmentService({
    config,
    store,
    audit,
    policy,
    vision,
    gallery,
    clock,
    timers,
    // Those of other models too: what a new template replaces must not stay behind.
    replaceTemplate: (subjectId) => retention.replaceTemplate(subjectId, store.templates.allOf(subjectId).length > 0),
  });
  const peopleImport = openImport({
    ...{ config, store, audit, pins, clock, timers, logger, retention, doors, eraser },
  });
  const access = openAccess({ config, store, audit, expiryClock, clockGuard, randomness });
  const { apiKeys } = access;
  const doorId = config.screen?.doorId;
  const law = openLawRooms({
    ...{ config, store, audit, clock, clockGuard, randomness, timers, languages, notice },
    ...{ consents, policy, pins, retention, expiryClock, lenientAudit: lenient, verifications },
  });
  const services = {
    ...law.services,
    config,
    version: productVersion(),
    store,
    audit,
    panelEvents,
    syslog: openSyslog({ ...ports, config, store, audit }),
    outbox,
    remoteChecks,
    ...told,
    consents,
    assessments,
    pins,
    clockGuard,
    ...safety,
    ...keys,
    policy,
    ...access,
    acts: openActs({ store, audit, expiryClock, logger, retention, policy, incidents: safety.incidents }),
    pairing: doorId === undefined ? undefined : new ScreenPairing({ store, audit, clock, randomness, apiKeys, doorId }),
    verifications,
    doors,
    reviews,
    enrolments,
    peopleImport,
    backups: openBackups({ config, store, audit, clock, randomness, configFile: options.configFile }),
    retention,
    vision,
    gallery,
    clock,
    timers,
    randomness,
    logger,
  };
  const whole: Services = withFronts({ ...services, ...openCompliance({ ...services, egress }) });
  return {
    services: whole,
    ...{ hasher, eraser, law, egress, liveGallery },
    records: new RecognitionRecords(whole),
    tellEndings: () => tellEndings({ store, audit, expiryClock }),
  };
}

const withFronts = (services: Omit<Services, 'fronts'>): Services => ({ ...services, fronts: openFronts(services) });
