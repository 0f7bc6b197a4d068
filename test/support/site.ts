/** One terminal, wired as in src/terminal, with fakes only at its edges: clock, timers, recognition, password hashing. */

import { ApiKeyRing, ScreenPairing } from '#menshen/access/index.js';
import { RollbackGuard } from '#menshen/anchors/index.js';
import { AssessmentDrafts, AssessmentRegister } from '#menshen/assessment/index.js';
import { AuditTrail, PanelEvents } from '#menshen/audit/index.js';
import { DeviceAuthority, PanelRegister } from '#menshen/authority/index.js';
import { RemoteChecks } from '#menshen/check/index.js';
import { type Config, parseConfig } from '#menshen/config/index.js';
import { ConsentRegister, type ConsentRequest } from '#menshen/consent/index.js';
import { type LanPort, type Logger, type LogLevel, MenshenError, type Randomness } from '#menshen/core/index.js';
import { PinChecker } from '#menshen/credentials/index.js';
import { Doors } from '#menshen/doors/index.js';
import { EnrolmentCodes, EnrolmentService } from '#menshen/enrol/index.js';
import type { IdentificationGallery } from '#menshen/gallery/index.js';
import { Incidents, TamperLock } from '#menshen/incident/index.js';
import {
  Inspections,
  type MachineFinding,
  type MachineFindings,
  type MachineItemId,
  machineItems,
} from '#menshen/inspection/index.js';
import { loadLanguages } from '#menshen/language/index.js';
import { NoticeAnnouncement, NoticeTexts, noticeFields, publishNotice } from '#menshen/notice/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import { FacePolicy } from '#menshen/policy/index.js';
import { Eraser, RetentionService } from '#menshen/retention/index.js';
import { SelfTest, type SelfTestCheck, type SelfTestReport } from '#menshen/selftest/index.js';
import { Sign } from '#menshen/sign/index.js';
import type { AgeBand, Store, Subject } from '#menshen/store/index.js';
import { openActs, openDialects } from '#menshen/terminal/index.js';
import { ClockGuard, cautiousClock } from '#menshen/timekeeping/index.js';
import { DecisionRecorder, ReviewDesk, VerificationService } from '#menshen/verify/index.js';
import { VisitService } from '#menshen/visit/index.js';
import { FakeClock } from './fake-clock.js';
import { FakeHasher } from './fake-hasher.js';
import { FakeTimers } from './fake-timers.js';
import { FakeVision, packFacts, type SeenFace } from './fake-vision.js';
import { createTestStore } from './temp-store.js';

export const dayMs = 86_400_000;
export const purpose = 'entrance';

const declared = { by: 'Ann', on: '2026-01-01', statement: 'yes' };
const corners = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
];

/** The smallest site that the configuration's rules accept. */
export const siteDocument = {
  mode: 'live',
  device: { id: 'gate-1' },
  site: {
    name: 'Test gate',
    type: 'office',
    access: 'internal',
    processor: { name: 'Test Processor', contact: 'contact@example.invalid' },
    purpose: { code: purpose, description: 'Opening the test gate' },
    necessity: 'necessity words',
    impactOnRights: 'impact words',
    rightsRoutes: ['rights desk'],
    complaintContacts: ['complaints desk'],
    accessibilityHelp: 'help words',
    otherLegalMatters: 'other matters words',
    lawfulUse: declared,
    signPosted: declared,
    retention: { maxDays: 30, justification: 'retention words' },
  },
  doors: [{ id: 'main', camera: 'front' }, { id: 'side', camera: 'front' }, { id: 'blind' }],
  cameras: [{ id: 'front', source: { kind: 'v4l2', device: '/dev/video0' }, captureZone: { polygon: corners } }],
  face: {
    enabled: true,
    method: '1:1',
    identificationJustification: { assessmentId: 'A-1', statement: 'identification words' },
  },
  credentials: { pin: { enabled: true }, card: { enabled: true } },
  security: { twoPersonActs: 'off' },
  store: { folder: 'store', key: { kind: 'file', path: 'root.key' }, auditReserveMiB: 1 },
};

/** Keys are paths such as `face.method`; `undefined` takes a key away. */
export type ConfigChanges = Readonly<Record<string, unknown>>;

/** The site's document with some keys changed. */
export function changedDocument(changes: ConfigChanges): unknown {
  const document: Record<string, unknown> = structuredClone(siteDocument);
  for (const [path, value] of Object.entries(changes)) setAt(document, path.split('.'), value);
  return document;
}

/** @throws MenshenError as the configuration room does. */
export function siteConfig(changes: ConfigChanges = {}): Config {
  return parseConfig(JSON.stringify(changedDocument(changes)), '/srv/site');
}

/** A complete assessment for a configuration. */
export function assessmentFor(config: Config): Record<string, unknown> {
  const sections = [
    ...['lawfulBasis', 'legality', 'legitimacy', 'necessity', 'alternativesConsidered', 'ethicsAndStandards'],
    ...['precisionAndDistance', 'impacts', 'mitigationAndEffectiveness', 'risksAndHarm'],
    ...['safeguardsAndProportionality', 'minorsAndVulnerableGroups', 'residualRisk'],
  ];
  return {
    id: 'A-1',
    author: 'Ann',
    approver: 'Bob',
    date: '2026-01-15',
    purpose: config.site.purpose.code,
    method: config.face.method,
    ...Object.fromEntries(sections.map((name) => [name, `${name} words`])),
    decision: 'proceed',
    keepUntil: '2029-01-15',
  };
}

export interface SiteOptions {
  readonly changes?: ConfigChanges;
  readonly store?: Store;
  readonly clock?: FakeClock;
  readonly gallery?: () => IdentificationGallery | undefined;
  /** Left out: an assessment that covers the configuration is recorded. */
  readonly assessed?: false;
  /** Who a visit's camera sees; left out: the screen has none. */
  readonly proveByFace?: (claim?: { readonly cardNumber: string }) => Promise<string | undefined>;
  /** What draws the order of an active challenge; left out: the system. */
  readonly challengeRandomness?: Randomness;
  /** Where a panel that has the last word is called. */
  readonly lan?: LanPort;
}

const noLan: LanPort = {
  call: () => Promise.reject(new MenshenError('listener-unreachable', 'there is nobody')),
};

export type Site = ReturnType<typeof openSite>;

export function openSite(options: SiteOptions = {}) {
  const config = siteConfig(options.changes);
  const edges = openEdges(options);
  const registers = openRegisters(config, edges);
  const parts = { ...edges, ...registers, config, deviceId: config.device.id };
  const eraser = new Eraser(parts);
  const retention = new RetentionService({
    ...parts,
    eraser,
    contact: config.site.processor.contact,
    alternatives: registers.notice.fields.alternatives,
  });
  const replaceTemplate = (subjectId: string) =>
    retention.replaceTemplate(subjectId, edges.store.templates.allOf(subjectId).length > 0);
  const recorder = new DecisionRecorder({
    ...parts,
    signingKey: edges.store.signingKey,
    mode: config.mode,
    validMs: config.verification.decisionValidMs,
    onGrant: (subjectId) =>
      config.site.retention.inactivityDays === undefined ||
      edges.store.subjects.markUsed(subjectId, Math.floor(registers.clockGuard.trustedMs() / dayMs)),
  });
  const codes = new EnrolmentCodes({ ...parts, clock: registers.expiryClock });
  const doors = new Doors(parts);
  doors.start();
  const events = new PanelEvents({ store: edges.store, personFields: config.events.personFields });
  const remoteChecks = new RemoteChecks({
    ...{ ...parts, events, config: config.remoteCheck, lan: options.lan ?? noLan },
    dialectOf: openDialects(config, edges.store).asked,
  });
  const reviews = new ReviewDesk({ ...parts, doors, recorder });
  const verifications = new VerificationService({
    ...{ ...parts, reviews, doors, checks: remoteChecks, recorder, clock: registers.expiryClock },
    randomness: options.challengeRandomness ?? edges.randomness,
  });
  const doorId = config.screen?.doorId;
  const atTheScreen: SiteOptions['proveByFace'] =
    doorId === undefined ? undefined : (claim) => verifications.proofs.prove({ doorId, ...(claim && { claim }) });
  const proveByFace = options.proveByFace ?? atTheScreen;
  const visits = new VisitService({
    ...{ ...parts, retention, codes, clock: registers.expiryClock, lenientAudit: registers.audit },
    ...(proveByFace === undefined ? {} : { proveByFace }),
  });
  const site = {
    ...parts,
    eraser,
    retention,
    acts: openActs({ ...parts, retention }),
    codes,
    visits,
    doors,
    reviews,
    remoteChecks,
    verifications,
    enrolments: new EnrolmentService({ ...parts, replaceTemplate }),
  };
  if (options.assessed !== false)
    registers.assessments.record(assessmentFor(config), registers.policy.assessmentScope());
  return site;
}

function openEdges({ store = createTestStore(), clock = new FakeClock(), gallery = () => undefined }: SiteOptions) {
  const entries: string[] = [];
  const logger: Logger = { log: (level: LogLevel, code) => void entries.push(`${level} ${code}`) };
  return {
    store,
    clock,
    timers: new FakeTimers(clock),
    vision: new FakeVision(clock),
    hasher: new FakeHasher(),
    randomness: systemRandomness,
    gallery,
    logger,
    logged: entries,
    /** Checks of the device's self-test, for those who run it. */
    checks: [] as SelfTestCheck[],
    device: { lookedAt: true },
    /** What the machine finds in an inspection, where it is not all in order. */
    measured: {} as Partial<Record<MachineItemId, MachineFinding>>,
    /** Room for audit records, as the policy is told. */
    space: { left: true },
  };
}

function openRegisters(config: Config, edges: ReturnType<typeof openEdges>) {
  const { store, clock, hasher, randomness, vision, space } = edges;
  const audit = new AuditTrail(store, clock, edges.logger);
  const clockGuard = new ClockGuard({
    store,
    clock,
    audit,
    limits: {
      jumpToleranceMs: config.clock.jumpToleranceMs,
      maxDowntimeMs: config.clock.maxDowntimeHours * 3_600_000,
    },
  });
  const notice = publishNotice(store, audit, noticeFields(config), clock.wallMs());
  const languages = loadLanguages();
  const noticeTexts = new NoticeTexts(notice, languages, config.site);
  noticeTexts.record(store, audit, clock.wallMs());
  const sign = new Sign(config, { notice, noticeTexts, languages });
  const announcement = new NoticeAnnouncement({
    ...{ store, audit, clock, notice, config },
    signHash: sign.hash,
  });
  announcement.whenAnnounced(() => vision.openCameras());
  const expiryClock = cautiousClock(clock, clockGuard);
  store.useClock(expiryClock);
  const consents = new ConsentRegister(store, audit, expiryClock, () => clockGuard.trustedMs());
  const assessments = new AssessmentRegister(store, audit, clock, () => clockGuard.trustedMs());
  const inspections = openInspections(config, edges, audit, clockGuard);
  const safety = { ...openSafety(edges, audit, assessments), inspections };
  const policy = new FacePolicy(config, {
    ...{ store, audit, notice, announcement, consents, assessments, clockGuard },
    safety: { ...safety, selfTest: safety.selfTested },
    gallery: edges.gallery,
    vision: config.face.enabled ? vision : undefined,
    alternativeWorks: () => !hasher.broken(),
    auditSpaceLeft: () => space.left,
    nowMs: () => expiryClock.wallMs(),
    noticeTextHash: (tag) => (languages.has(tag) ? noticeTexts.view(tag).textHash : undefined),
  });
  const pins = new PinChecker({ store, hasher, clock, randomness, audit });
  const apiKeys = new ApiKeyRing({ store, audit, clock: expiryClock, randomness });
  const certifying = { store, audit, clock: expiryClock, randomness };
  const authority = new DeviceAuthority({ ...certifying, deviceId: config.device.id });
  const clockTrusted = () => clockGuard.check().trusted;
  const panels = new PanelRegister({ ...certifying, authority, clockTrusted });
  const doorId = config.screen?.doorId;
  const pairing =
    doorId === undefined ? undefined : new ScreenPairing({ store, audit, clock, randomness, apiKeys, doorId });
  const people = { pins, apiKeys, authority, panels, pairing };
  const law = { languages, notice, noticeTexts, sign, announcement, consents, assessments, policy, ...safety };
  return { audit, clockGuard, expiryClock, ...people, ...law };
}

/** A device that the machine finds in order, unless a test says otherwise. */
function openInspections(
  config: Config,
  { store, measured }: ReturnType<typeof openEdges>,
  audit: AuditTrail,
  clockGuard: ClockGuard,
): Inspections {
  return new Inspections({
    ...{ store, audit, terms: config.inspection, deviceId: config.device.id },
    clock: { trustedMs: () => clockGuard.trustedMs(), trusted: () => clockGuard.check().trusted },
    measure: async () => ({ ...allInOrder, ...measured }),
  });
}

// Every item of the checklist, by its name.
const allInOrder = Object.fromEntries(
  machineItems.map(({ id }) => [id, { answer: 'in-order', evidence: 'a test says so' }]),
) as unknown as MachineFindings;

function openSafety(
  { store, clock, logger, checks, device }: ReturnType<typeof openEdges>,
  audit: AuditTrail,
  assessments: AssessmentRegister,
) {
  const selfTest = new SelfTest({ checks, audit, clock, logger });
  return {
    assessmentDrafts: new AssessmentDrafts({ store, audit, clock, assessments }),
    incidents: new Incidents({ store, audit, clock, onMajor: (id) => assessments.majorIncident(id) }),
    tamperLock: new TamperLock({ store, audit, clock }),
    rollback: new RollbackGuard({ store, audit, clock, logger, witnesses: [] }),
    selfTest,
    /** What the policy asks: a device is sound until a test runs its checks, or says that it was never looked at. */
    selfTested: { last: () => selfTest.last() ?? (device.lookedAt ? soundReport : undefined) },
  };
}

const soundReport: SelfTestReport = { at: '2026-03-02T08:00:00.000Z', sound: true, results: [] };

/** A consent that nothing speaks against, to the site's current notice. */
export function consentRequest(site: Pick<Site, 'notice' | 'clock'>, subjectId: string): ConsentRequest {
  return {
    subjectId,
    noticeHash: site.notice.hash,
    expiresAtMs: site.clock.wallMs() + 20 * dayMs,
    language: 'zh',
    accessMode: 'screen',
    form: 'electronic',
    operatorId: 'op-1',
    separateAct: true,
    voluntary: true,
    alternativesShown: true,
  };
}

let peopleMade = 0;

/** A person without face, PIN or card. */
export function addPerson(site: Pick<Site, 'store' | 'clock'>, ageBand: AgeBand = 'adult'): Subject {
  peopleMade += 1;
  const nowMs = site.clock.wallMs();
  return site.store.subjects.add({ personNumber: `P${peopleMade}` }, ageBand, {
    nowMs,
    expiresAtMs: nowMs + 300 * dayMs,
  });
}

/** A person who consented and has a template. */
export function addEnrolled(site: Site, face: SeenFace, forIdentification = false): Subject {
  const person = addPerson(site);
  const { recordId } = site.consents.give(consentRequest(site, person.id), site.policy.binding());
  site.store.templates.add({
    subjectId: person.id,
    consentId: recordId,
    modelId: packFacts.modelId,
    frames: 5,
    forIdentification,
    createdAtMs: site.clock.wallMs(),
    vector: Float32Array.from(face.vector),
  });
  return person;
}

/** Kinds of the audit's entries, oldest first. */
export function auditKinds({ store }: Pick<Site, 'store'>): string[] {
  return store.auditLog.page(0, 10_000).map(({ kind }) => kind);
}

/** The body of the newest entry of a kind. */
export function newestAudit({ store }: Pick<Site, 'store'>, kind: string): Record<string, unknown> | undefined {
  const row = store.auditLog.page(0, 10_000).findLast((entry) => entry.kind === kind);
  return row === undefined ? undefined : JSON.parse(row.body);
}

function setAt(holder: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    holder[key] = value;
    return;
  }
  const inner = Object(holder[key] ?? {}) as Record<string, unknown>;
  holder[key] = inner;
  setAt(inner, rest, value);
}
