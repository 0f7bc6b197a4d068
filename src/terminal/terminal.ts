import { ScreenPairing } from '../access/index.js';
import { disableCoreDumps } from '../addon/index.js';
import { AssessmentRegister } from '../assessment/index.js';
import { AuditTrail, bestEffortAudit, PanelEvents } from '../audit/index.js';
import type { Config } from '../config/index.js';
import { ConsentRegister } from '../consent/index.js';
import type { Clock, Logger, Randomness, TimerHandle, Timers } from '../core/index.js';
import { PinChecker } from '../credentials/index.js';
import { Argon2idPool, type PasswordHasher, type SignedPurpose } from '../crypto/index.js';
import { Doors } from '../doors/index.js';
import { EnrolmentService } from '../enrol/index.js';
import { IdentificationGallery } from '../gallery/index.js';
import type { Services } from '../http/index.js';
import { productVersion } from '../platform/index.js';
import { FacePolicy, thresholdOptions } from '../policy/index.js';
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
import { openKeys, pruneOldAudit } from './keys.js';
import { type LawRooms, openLawRooms } from './law.js';
import { auditSpaceAlarmBytes, measuredFindings } from './measured.js';
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

const argon2idCost = { passes: 2, memoryBytes: 64 * 1024 * 1024 };
const clockPeriodMs = 10_000;
const sweepPeriodMs = 60_000;
const selfTestPeriodMs = 86_400_000;
/** Deadlines and counts are of days. */
const lawPeriodMs = 600_000;
/** Face mode ends while there is still room for the records of PIN and card. */
const auditSpaceFloorBytes = 8 * 1024 * 1024;

/**
 * The daemon's whole life in order: what it is made of, how it starts and how it stops. Nothing listens here; `http`
 * does, over `services`.
 */
export class Terminal {
  readonly services: Services;
  readonly #ports: TerminalPorts;
  readonly #hasher: PasswordHasher;
  readonly #eraser: Eraser;
  readonly #law: LawRooms;
  readonly #egress: EgressWatch;
  readonly #timers: TimerHandle[] = [];
  #started = false;
  #stopping = false;
  #spaceLow = false;
  #gallery: IdentificationGallery | undefined;
  readonly #records: RecognitionRecords;
  readonly #tellEndings: () => void;

  /** @param store is closed by `stop`. `withCameras: false` leaves recognition off, for the command line alone. */
  constructor(config: Config, store: Store, ports: TerminalPorts, options: TerminalOptions) {
    const { clock, timers, randomness, logger } = ports;
    this.#ports = ports;
    const audit = new AuditTrail(store, clock);
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
    this.#hasher = new Argon2idPool({ cost: argon2idCost, workers: 1, queueLimit: 16 });
    const pins = new PinChecker({ store, hasher: this.#hasher, clock, randomness, audit });
    const lenient = bestEffortAudit(audit, logger);
    const vision =
      options.withCameras && config.face.enabled
        ? openVision(config, lenient, ports, (folder) => signedPack(signed, folder))
        : undefined;
    announcement.whenAnnounced(() => vision?.openCameras());
    const gallery = () => this.#gallery;
    const { pin, card } = config.credentials;
    this.#egress = watchEgress({ config, audit: lenient, logger, timers, vision, store });
    const safety = openSafety({
      ...{ config, store, audit, clock, clockGuard, logger, assessments, vision },
      configFile: options.configFile,
      egressCheck: this.#egress.check,
      galleryMemory: () => this.#gallery?.memory(),
      measure: () => measuredFindings(this.services),
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
      alternativeWorks: () => (pin.enabled || card.enabled) && !this.#hasher.broken(),
      auditSpaceLeft: () => store.reserve.held() && store.reserve.freeBytes() > auditSpaceFloorBytes,
      nowMs: () => expiryClock.wallMs(),
      noticeTextHash: (tag) => (languages.has(tag) ? noticeTexts.view(tag).textHash : undefined),
    });
    this.#eraser = new Eraser({ store, audit, gallery, clock, logger, deviceId: config.device.id });
    const retention = new RetentionService({
      config,
      store,
      audit,
      clock,
      clockGuard,
      eraser: this.#eraser,
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
      ...{ config, store, audit, pins, clock, timers, logger, retention, doors },
      eraser: this.#eraser,
    });
    const access = openAccess({ config, store, audit, expiryClock, clockGuard, randomness });
    const { apiKeys } = access;
    const doorId = config.screen?.doorId;
    this.#law = openLawRooms({
      ...{ config, store, audit, clock, clockGuard, randomness, timers, languages, notice },
      ...{ consents, policy, pins, retention, expiryClock, lenientAudit: lenient, verifications },
    });
    const services = {
      ...this.#law.services,
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
      acts: openActs({ store, audit, expiryClock, logger, retention, policy }),
      pairing:
        doorId === undefined ? undefined : new ScreenPairing({ store, audit, clock, randomness, apiKeys, doorId }),
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
    const whole = { ...services, ...openCompliance({ ...services, egress: this.#egress }) };
    this.services = { ...whole, fronts: openFronts(whole) };
    this.#records = new RecognitionRecords(this.services);
    this.#tellEndings = () => tellEndings({ store, audit, expiryClock });
  }

  /**
   * Takes the audit's space, and begins to watch clock and expiries. The first sweep, which also finishes what was cut,
   * runs beside the gate: whoever is due is refused by the clock until they are erased.
   */
  start(): void {
    const { audit, retention, clockGuard, policy, vision, config } = this.services;
    disableCoreDumps();
    this.#watchSpace();
    this.#started = true;
    this.services.syslog?.start();
    this.services.doors.start();
    audit.append('service.started', {
      version: this.services.version,
      mode: config.mode,
      notice: this.services.notice.hash,
    });
    this.#routine('outbox', () => this.services.outbox.start());
    this.#routine('sweep', () => retention.sweep());
    this.#routine('law', () => this.#law.look());
    this.#routine('import', () => this.services.peopleImport.recover());
    this.#routine('assessment', () => this.#records.assessment());
    this.#routine('acts', () => this.services.acts.resume());
    this.#routine('endings', this.#tellEndings);
    this.#routine('inspection', () => this.services.inspections.look());
    this.#routine('rotation', () => this.services.rotation.resume());
    this.#routine('audit-prune', () => pruneOldAudit(config, this.services));
    vision?.onChange(() => this.#recognitionChanged());
    this.#timers.push(
      this.#ports.timers.every(clockPeriodMs, () => this.#routine('clock', () => clockGuard.check())),
      this.#ports.timers.every(clockPeriodMs, () => this.#routine('audit', () => audit.resume())),
      this.#ports.timers.every(clockPeriodMs, () => this.#routine('witness', () => this.services.rollback.note())),
      this.#ports.timers.every(lawPeriodMs, () => this.#routine('rotation', () => this.services.rotation.look())),
      this.#ports.timers.every(lawPeriodMs, () =>
        this.#routine('audit-prune', () => pruneOldAudit(config, this.services)),
      ),
      // Asked also when nobody calls, so that panels hear of a change as it happens.
      this.#ports.timers.every(clockPeriodMs, () => this.#routine('policy', () => policy.site())),
      this.#ports.timers.every(clockPeriodMs, () => this.#routine('assessment', () => this.#records.assessment())),
      // A gallery that grows can pass what was measured.
      this.#ports.timers.every(clockPeriodMs, () => this.#routine('threshold', () => this.#records.unmeasured())),
      this.#ports.timers.every(lawPeriodMs, () => this.#routine('inspection', () => this.services.inspections.look())),
      this.#ports.timers.every(sweepPeriodMs, () => this.#routine('space', () => this.#watchSpace())),
      this.#ports.timers.every(sweepPeriodMs, () => this.#routine('sweep', () => retention.sweep())),
      this.#ports.timers.every(lawPeriodMs, () => this.#routine('law', () => this.#law.look())),
      this.#ports.timers.every(lawPeriodMs, () => this.#routine('endings', this.#tellEndings)),
    );
  }

  /** Panels are answered now: the device looks at itself (M4.4), and again every day. Face mode waits for it. */
  ready(): void {
    const selfTest = () => this.#routine('self-test', () => this.#runSelfTest());
    this.#timers.push(this.#ports.timers.every(selfTestPeriodMs, selfTest));
    selfTest();
  }

  /** That the service stops meanwhile is no fault of the device. */
  async #runSelfTest(): Promise<void> {
    await this.services.selfTest.run().catch((thrown: unknown) => {
      if (!this.#stopping) throw thrown;
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#timers) timer.cancel();
    await this.services.peopleImport.close();
    this.#eraser.close();
    await this.services.outbox.close();
    await this.services.selfTest.close();
    const { verifications, doors, vision, audit, store, clockGuard } = this.services;
    verifications.close();
    doors.close();
    this.#law.close();
    await vision?.close();
    await this.#hasher.close();
    this.#egress.close();
    this.#gallery?.close();
    clockGuard.check();
    if (this.#started) audit.append('service.stopped', {});
    await this.services.syslog?.close();
    this.services.rollback.note();
    store.close();
  }

  /** The model pack is known now: identification needs its gallery, decrypted once for each pack. */
  #recognitionChanged(): void {
    const { config, vision, store, policy } = this.services;
    const facts = vision?.facts();
    this.#routine('threshold', () => this.#records.unmeasured());
    this.#routine('assessment', () => this.#records.assessment());
    this.#routine('pack', () => this.#records.packKnown());
    if (config.face.method !== '1:N' || facts === undefined || this.#gallery?.modelId === facts.modelId) return;
    this.#gallery?.close();
    const gallery = new IdentificationGallery(
      facts,
      config.face.falsePositiveIdentificationRate,
      thresholdOptions(config),
      (subjectId, use) => {
        const person = policy.person(subjectId);
        return person.ready && store.templates.withVector(person.template.id, use);
      },
    );
    // There from the start, so that whoever is erased while it loads is erased from it too.
    this.#gallery = gallery;
    this.#routine('gallery', () => this.#loadGallery(gallery));
  }

  async #loadGallery(gallery: IdentificationGallery): Promise<void> {
    const { store, logger } = this.services;
    try {
      const damaged = await gallery.load(store);
      const { lock, lockedBytes, totalBytes } = gallery.memory();
      const level = lock === 'locked' && damaged === 0 ? 'info' : 'warn';
      logger.log(level, 'gallery.loaded', { size: gallery.size, damaged, lock, lockedBytes, totalBytes });
    } catch (thrown) {
      if (this.#gallery === gallery) this.#gallery = undefined;
      gallery.close();
      throw thrown;
    }
  }

  /** A full disk or another fault in routine work is logged and tried again next time; it never ends the daemon. */
  #routine(what: string, work: () => unknown): void {
    const failed = (thrown: unknown) => this.#ports.logger.log('error', `${what}.failed`, { message: String(thrown) });
    try {
      Promise.resolve(work()).catch(failed);
    } catch (thrown) {
      failed(thrown);
    }
  }

  /** Alarms early, and takes the reserve again once there is room. */
  #watchSpace(): void {
    const { audit, store } = this.services;
    const held = store.reserve.restore();
    const freeBytes = store.reserve.freeBytes();
    const low = freeBytes < auditSpaceAlarmBytes || !held;
    if (low && !this.#spaceLow) audit.append('space.low', { freeBytes });
    this.#spaceLow = low;
  }
}
