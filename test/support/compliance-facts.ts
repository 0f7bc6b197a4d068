/** A site where every obligation is answered, as facts: tests break one at a time. */
import type { ComplianceFacts, DeclarationFacts } from '#menshen/compliance/index.js';
import { noticeFields, noticeHash } from '#menshen/notice/index.js';
import { siteConfig } from './site.js';

const today = '2026-03-02';
const by = { declaredBy: 'Ann', on: '2026-01-01' };
const statement = 'words of a declaration';

const config = siteConfig({
  'site.classifiedProtection': { applies: true, level: 3, certificate: 'C-1', expiresOn: '2027-01-01', ...by },
  'site.majorInterests': { involved: true, statement, ...by },
  'site.secrecyLawData': { involved: true, statement, ...by },
  'site.publicService': { provided: true, certificate: 'C-2', expiresOn: '2027-01-01', ...by },
  'site.listedEquipment': { listed: true, certificate: 'C-3', ...by },
  'site.stateRuleOverride': { citation: 'Rule 7', endsOn: '2026-12-31', ...by },
  'site.access': 'public',
  'site.publicSafetyNecessity': { by: 'Ann', on: '2026-01-01', statement },
});
const fields = noticeFields(config);
const hash = noticeHash(fields);

const declarationKeys = [
  ...['lawfulUse', 'signPosted', 'publicSafetyNecessity', 'stateRuleOverride', 'classifiedProtection'],
  ...['majorInterests', 'secrecyLawData', 'publicService', 'listedEquipment'],
];

const recorded = (key: string): DeclarationFacts => ({
  ...{ key, by: 'Ann', on: '2026-01-01', recordedAt: '2026-01-02T08:00:00.000Z', entryId: `d-${key}`, auditSeq: 2 },
  ...{ holds: true, changedWithoutNewDate: false },
});

const route = (method: string, url: string, ...allow: readonly string[]) => ({ method, url, allow });

export const lawfulFacts: ComplianceFacts = {
  madeAt: `${today}T08:00:00.000Z`,
  today,
  deviceId: 'gate-1',
  mode: 'live',
  recordedCameras: [],
  version: '1.0.0',
  site: config.site,
  privateSpace: false,
  writtenConsentRequired: true,
  face: {
    enabled: true,
    on: true,
    method: '1:N',
    identificationJustification: { assessmentId: 'A-1', statement },
    secondFactor: 'none',
    activeChallenge: 'off',
    attackDetection: 'standard',
    cameras: [{ id: 'front', zoneShare: 0.5, zoneCorners: 4 }],
    minInterEyeDistancePx: 40,
    alternatives: ['pin', 'card'],
    alternativesWork: true,
  },
  notice: {
    version: 2,
    hash,
    effectiveAt: '2026-01-02T08:00:00.000Z',
    fields: { ...fields, method: '1:N' },
    hashOfConfiguration: hash,
    materialHash: 'material',
  },
  announcement: { how: 'posted' },
  assessment: {
    ...{ state: 'valid', version: 1, hash: 'assessment-hash', id: 'A-1', author: 'Ann', approver: 'Bob' },
    ...{ date: '2026-01-15', keepUntil: '2029-01-15', purpose: fields.purposeCode, method: '1:N', missing: [] },
  },
  audit: {
    ...{ intact: true, entries: 10, headHash: 'head', oldestAt: '2026-01-01T00:00:00.000Z', templateSized: 0 },
    kinds: { 'purpose.refused': { count: 1, seq: 7, at: '2026-02-01T00:00:00.000Z' } },
    decisions: {
      ...{
        total: 3,
        byMode: { live: 3 },
        faceWithoutAct: 0,
        faceDecisions: 2,
        facePrompted: 1,
        finalFaceGrants: 0,
        bystandersDropped: 1,
      },
      methods: [
        { method: 'card', decisions: 1, grants: 1, steps: 1, medianMs: 900, ninetiethPercentileMs: 900 },
        { method: 'face', decisions: 2, grants: 1, steps: 2, medianMs: 1800, ninetiethPercentileMs: 1800 },
      ],
    },
  },
  people: {
    ...{ persons: 3, templates: 2, looked: 3, templatesWithoutConsent: 0, consentsNotSeparate: 0 },
    ...{ consentsNotWritten: 0, consentsWithoutExpiry: 0, consentsToOtherMatters: 0, suspended: 1 },
    ...{ suspendedButUsable: 0, minors: 0, minorsWithoutGuardian: 0, faceOnly: 0 },
  },
  keeping: {
    ...{ maxDays: fields.retentionDays, justification: 'retention words', overdue: 0, owed: 0, clockTrusted: true },
    ...{ purgeReceipts: 1, newestPurgeReceiptId: 'r-1', withdrawals: 1, withdrawalsWithoutStatement: 0 },
    ...{ newestWithdrawalReceiptId: 'r-2', receiptsBadlySigned: 0 },
  },
  interface: {
    routes: [
      route('GET', '/v1/health', 'anyone'),
      route('GET', '/v1/subjects/:id', 'operator'),
      route('DELETE', '/v1/subjects/:id', 'operator'),
      route('POST', '/v1/subjects/:id/withdrawal', 'operator'),
      route('POST', '/v1/complaints', 'operator'),
      route('POST', '/v1/inspector-bundles', 'auditor'),
      route('POST', '/kiosk/api/staff-calls', 'kiosk'),
      route('POST', '/kiosk/api/visits/:id/extension', 'kiosk'),
      route('POST', '/kiosk/api/visits/:id/withdrawal', 'kiosk'),
      route('POST', '/kiosk/api/visits/:id/consent', 'kiosk'),
      route('GET', '/kiosk/api/visits/:id/data', 'kiosk'),
      route('GET', '/kiosk/api/visits/:id/data/file', 'kiosk'),
    ],
    pictureFiles: [],
  },
  keys: { valid: 2, tooLong: 0 },
  protection: {
    sealing: true,
    cipher: 'XChaCha20-Poly1305',
    listener: { host: '192.168.1.5', loopback: false, lan: true, tls: true },
    publicAddresses: [],
    publicConnections: [],
    failedAttemptsBeforeLockOut: 3,
  },
  declarations: declarationKeys.map(recorded),
  reviews: { required: true, waiting: 0, decided: 1 },
  pack: {
    ...{ packId: 'pack@1', packHash: 'pack-hash', modelId: 'model' },
    roles: ['detection', 'landmarks', 'pad', 'embedding'],
    evaluations: ['E-1'],
    padEvaluation: 'E-2',
  },
  egress: { guarded: true, canary: 'held', refused: 0, flows: ['192.168.1.20:8443'] },
  wording: { textsChecked: 20, problems: [] },
  sign: { hash: 'sign-hash', captureZoneHash: 'sign-hash' },
  screen: { methods: ['card', 'pin', 'face'], languages: ['zh', 'en'] },
  selfTest: { at: `${today}T07:00:00.000Z`, sound: true, checks: 12, failed: [], notAssessed: [] },
  tamper: { open: 0, total: 1 },
  alerts: { watches: ['integrity', 'tamper'], raised: [] },
  inspection: { lastOn: '2026-01-20', dueOn: '2027-01-20', overdue: false },
  incidents: { open: 0, total: 1, liftedByFewerThanTwo: 0 },
  keepPeriod: { kinds: 9, years: 3, refusals: 1 },
  filing: {
    ...{ persons: 100_500, threshold: 100_000, reachedOn: '2026-02-20', dueOn: '2026-04-03', overdue: false },
    missingParts: [],
    ended: { dueOn: '2026-04-03', templatesLeft: 0 },
  },
};

/** The same facts with one of them changed; keys are paths such as `people.minors`, and `3` within a list. */
export function broken(path: string, value: unknown, facts: ComplianceFacts = lawfulFacts): ComplianceFacts {
  const copy = structuredClone(facts);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const holder = keys.reduce<Record<string, unknown>>(
    (inner, key) => Object(inner[key]) as Record<string, unknown>,
    copy as unknown as Record<string, unknown>,
  );
  if (!(last in holder)) throw new Error(`there is no fact ${path}`);
  holder[last] = value;
  return copy;
}
