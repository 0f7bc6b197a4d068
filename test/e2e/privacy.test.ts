/** Invariants 1 and 7: whatever is asked, logged or left behind, no template, picture or score is in it. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectorItems } from '#menshen/inspection/index.js';
import { filesBelow, footage, projectFolder, temporaryFolder, whyNoFootage } from '../support/files.js';
import { fullDetails } from '../support/filing-details.js';
import type { Panel } from '../support/panel.js';
import {
  addPerson,
  assessment,
  byFace,
  enrolledPerson,
  faceSite,
  type Gate,
  openFaceGate,
  type Person,
  tomorrow,
} from './gate.js';
import { walkImport, walkPanels } from './walk-panels.js';

if (footage === undefined) console.log(whyNoFootage);

describe.skipIf(footage === undefined)('of a person’s face nothing', () => {
  let gate: Gate;
  let person: Person;
  let leftBehind: string[] = [];
  const answers: { route: string; text: string }[] = [];
  let routes: string[] = [];
  let streamed = '';
  const own = temporaryFolder();

  beforeAll(async () => {
    if (footage === undefined) return;
    for (const name of ['home', 'tmp', 'cwd']) mkdirSync(join(own, name));
    const options = { environment: { HOME: join(own, 'home'), TMPDIR: join(own, 'tmp') }, folder: join(own, 'cwd') };
    const before = filesBelow(watched, isOthers);
    gate = await openFaceGate(faceSite(footage, ['person-a'], '1:N'), options);
    const stream = await gate.panel.stream();
    person = await enrolledPerson(gate);
    const byItself = await gate.panel.verify(byFace(person));
    const identified = await gate.panel.verify({ act: { kind: 'button' }, methods: ['face'] });
    if (byItself.decision !== 'grant' || identified.decision !== 'grant')
      throw new Error(`not granted: ${byItself.reason}, ${identified.reason}`);
    await stream.until(({ id }) => id === identified.serial);
    routes = await routesOf(gate.panel);
    await walk(gate, person, answers);
    streamed = stream.events.map(({ text }) => text).join('\n');
    await stream.close();
    const outsideStore = (path: string): boolean => !path.startsWith(gate.site.config.store.folder);
    leftBehind = [...filesBelow(watched, isOthers)].filter((path) => !before.has(path));
    leftBehind.push(...filesBelow([own, gate.site.folder]));
    leftBehind = leftBehind.filter(outsideStore).map((path) => path.replace(gate.site.folder, 'SITE'));
  });
  afterAll(() => gate.close());

  it('is missing from the walk below: every route of the interface was called', () => {
    const called = new Set(answers.map(({ route }) => route));
    expect(routes.filter((route) => !called.has(route))).toEqual([]);
  });

  it('is in any answer of the interface', () => {
    expect(answers.filter((each) => !isShipped(each) && suspicion(each.text) !== undefined)).toEqual([]);
  });

  it('is in the event stream', () => {
    expect([streamed.length > 500, suspicion(streamed)]).toEqual([true, undefined]);
  });

  it('is in the log, even at its most talkative', () => {
    expect([gate.daemon.log.length > 200, suspicion(gate.daemon.log)]).toEqual([true, undefined]);
  });

  it('is in a name of a measure: no answer has a key for scores or vectors', () => {
    const said = answers.filter((each) => !isShipped(each));
    const everything = [...said.map(({ text }) => text), streamed, gate.daemon.log].join('\n');
    expect(
      /"?[\w-]*(score|similarity|embedding|vector|likelihood)[\w-]*"?\s*[:={]/i.exec(everything)?.[0],
    ).toBeUndefined();
  });

  it('D17a: is written to a file outside the store', () => {
    expect(leftBehind.sort()).toEqual(['SITE/menshen.yaml', 'SITE/root.key']);
  });
});

/** The model pack’s manifest and the reports of its evaluations name thresholds and rates; they are nobody’s as long as they are what was shipped. */
function isShipped({ route, text }: { readonly route: string; readonly text: string }): boolean {
  const file = /^bundle models\/((?:evaluations\/)?[\w.-]+)$/.exec(route)?.[1];
  return file !== undefined && text === readFileSync(join(projectFolder, 'models', 'default', file), 'utf8');
}

/** Where a careless program would leave something; its home, its temporary folder and its start folder are its own. */
const watched = ['/dev/shm', join(projectFolder, 'models'), join(projectFolder, 'config')];
const isOthers = (path: string): boolean => path.includes('node_modules');

/** 64 numbers or 256 bytes of anything encoded: every template and every picture is larger. */
function suspicion(text: string): string | undefined {
  const found = /(?:-?\d+(?:\.\d+)?(?:e-?\d+)?\s*,\s*){16}/i.exec(text) ?? /[A-Za-z0-9+/_=-]{340,}/.exec(text);
  return found?.[0].slice(0, 80);
}

async function routesOf(panel: Panel): Promise<string[]> {
  const { body } = await panel.get<{ paths: Record<string, Record<string, unknown>> }>('/openapi.json');
  return Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

/** Calls every route with data that makes it answer fully, as the device's owner, who sees the most. */
async function walk(gate: Gate, person: Person, answers: { route: string; text: string }[]): Promise<void> {
  const { owner } = gate.daemon;
  const call = async (route: string, body?: unknown, ids: readonly string[] = [], expected = 200) => {
    const [method = 'GET', path = ''] = route.split(' ');
    const left = [...ids];
    const filled = path.replace(/\{[^}]+\}/g, () => left.shift() ?? 'none');
    const answer = await owner.call<Record<string, string>>(method as 'GET', filled, body);
    answers.push({ route, text: `${answer.status} ${answer.text}` });
    if (answer.status >= 400 && answer.status !== expected)
      throw new Error(`${route}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const id = [person.subjectId];
  for (const path of [
    'health',
    'notice',
    'device',
    'events',
    'audit',
    'audit/verification',
    'retention',
    'compliance',
    'statistics',
    'reviews',
  ]) {
    await call(`GET /v1/${path}`);
  }
  await call('GET /v1/compliance/{id}', undefined, ['M8.3']);
  // Nothing waits for staff at this site.
  await call('POST /v1/reviews/{id}', { decision: 'deny' }, ['none'], 404);
  await call('GET /metrics');
  await call('GET /v1/subjects');
  await call('GET /v1/subjects/{id}', undefined, id);
  await call('GET /v1/subjects/{id}/data', undefined, id);
  await call('POST /v1/subjects/{id}/notice', undefined, id);
  await call('POST /v1/subjects/{id}/enrolment-codes', {}, id);
  await call('PUT /v1/subjects/{id}/pin', { pin: '428913' }, id);
  const { cardId = '' } = await call('POST /v1/subjects/{id}/cards', { cardNumber: '99887766' }, id);
  await call('DELETE /v1/subjects/{id}/cards/{cardId}', undefined, [person.subjectId, cardId]);
  await call('DELETE /v1/subjects/{id}/pin', undefined, id);
  const door = { doorId: 'main', purpose: 'entrance', nonce: 'nonce-of-a-panel' };
  for (const [way, body] of [
    ['pin', { personNumber: person.personNumber, pin: '428913' }],
    ['card', { cardNumber: person.cardNumber }],
  ] as const) {
    const { verificationId = '' } = await call('POST /v1/verifications', { ...door, methods: ['pin', 'card'] });
    await call(`POST /v1/verifications/{id}/${way}`, body, [verificationId]);
    await call('GET /v1/verifications/{id}', undefined, [verificationId]);
    // Nothing is due with one embedder; models.test.ts has the answer when it is.
    await call('POST /v1/verifications/{id}/template-renewal', { act: { kind: 'button' } }, [verificationId], 409);
  }
  const { verificationId = '' } = await call('POST /v1/verifications', { ...door, methods: ['pin'] });
  await call('DELETE /v1/verifications/{id}', undefined, [verificationId]);
  await walkPanels(call, person.subjectId);
  await walkImport(owner, call, answers);
  await walkAdministration(gate, call, id);
  await walkComplaints(call);
  await walkFiling(call);
  await unpackBundle(gate, answers);
  // This site has no screen; test/screen has the answers of one that has.
  await call('GET /v1/screens');
  await call('POST /v1/screens/pairing', undefined, [], 404);
  await call('DELETE /v1/screens/{id}', undefined, ['none'], 404);
  await call('GET /v1/own-data/{token}', undefined, ['x'.repeat(43)], 404);
  // Last of all: afterwards nobody is left.
  await call('POST /v1/decommissioning', { deviceId: gate.site.config.device.id });
}

/** The report that the gate began with is kept for years yet; nobody approves what they handed in. */
async function walkAssessments(gate: Gate, call: Call): Promise<void> {
  const { approver: _later, ...draft } = assessment(gate.site.config);
  await call('GET /v1/assessments');
  await call('GET /v1/assessments/form');
  await call('GET /v1/assessments/{version}', undefined, ['1']);
  await call('DELETE /v1/assessments/{version}', undefined, ['1'], 409);
  await call('POST /v1/assessments/checks', draft);
  await call('PUT /v1/assessments/unfinished', { answers: {}, basedOn: 0 });
  await call('GET /v1/assessments/unfinished');
  await call('DELETE /v1/assessments/unfinished');
  const { draftId = '' } = await call('POST /v1/assessments/drafts', draft);
  await call('GET /v1/assessments/drafts');
  await call('GET /v1/assessments/drafts/{id}', undefined, [draftId]);
  await call('POST /v1/assessments/drafts/{id}/approval', { verdict: 'approve', approver: 'Bob' }, [draftId], 403);
}

/** Incidents, tampering, alerts, inspection, self-test. */
async function walkSafety(call: Call): Promise<void> {
  const told = { remedied: true, peopleTold: 'not-needed' };
  const { incidentId = '' } = await call('POST /v1/incidents', {
    ...{ kind: 'suspected', severity: 'minor', dataKinds: ['name'], description: 'written for a test' },
  });
  await call('POST /v1/incidents/{id}/details', { cause: 'written for a test' }, [incidentId]);
  await call('GET /v1/incidents');
  await call('GET /v1/incidents/{id}', undefined, [incidentId]);
  await call('GET /v1/incidents/{id}/notice', undefined, [incidentId]);
  await call('POST /v1/incidents/{id}/lift', told, [incidentId]);
  const { tamperId = '' } = await call('POST /v1/tamper', { signal: 'case-opened' });
  await call('GET /v1/tamper');
  await call('POST /v1/tamper/{id}/confirmation', undefined, [tamperId]);
  await call('GET /v1/alerts');
  const { inspectionId = '' } = await call('POST /v1/inspections', { inspector: 'Ivy' });
  const findings = inspectorItems.map(({ id }) => ({ id, answer: 'in-order' }));
  const conclusion = { conclusion: 'fit-with-measures', measures: 'written for a test' };
  await call('POST /v1/inspections/{id}/record', { findings, ...conclusion }, [inspectionId]);
  await call('GET /v1/inspections');
  await call('GET /v1/inspections/{id}', undefined, [inspectionId]);
  await call('GET /v1/self-test');
  await call('POST /v1/self-test');
}

type Call = (
  route: string,
  body?: unknown,
  ids?: readonly string[],
  expected?: number,
) => Promise<Record<string, string>>;

async function walkAdministration(gate: Gate, call: Call, id: readonly string[]): Promise<void> {
  await call('GET /v1/assessments/current');
  await call('POST /v1/assessments', assessment(gate.site.config));
  await walkAssessments(gate, call);
  await call('POST /v1/clock/confirmation', { now: new Date().toISOString() });
  await call('POST /v1/retention/sweep');
  const newKey = await call('POST /v1/keys', { role: 'panel', label: 'walked', days: 1 });
  await call('GET /v1/keys');
  await call('DELETE /v1/keys/{id}', undefined, [newKey.id ?? '']);
  await call('POST /v1/subjects/{id}/enrolments', { source: 'camera', doorId: 'main' }, id);
  const receipt = await call('POST /v1/subjects/{id}/withdrawal', { requester: 'self' }, id);
  await call('GET /v1/receipts/{id}', undefined, [receipt.receiptId ?? '']);
  await call('DELETE /v1/receipts/{id}', undefined, [receipt.receiptId ?? ''], 409);
  await call('POST /v1/subjects', { ageBand: 'adult', expiresAt: tomorrow() });
  const { hash: noticeHash } = await call('GET /v1/notice');
  const separately = { separateAct: true, voluntary: true, alternativesShown: true };
  const consent = { noticeHash, expiresAt: tomorrow(), language: 'en', accessMode: 'operator', form: 'electronic' };
  const other = await addPerson(gate);
  await call('POST /v1/subjects/{id}/consents', { ...consent, ...separately }, [other.subjectId]);
  await call('DELETE /v1/subjects/{id}', undefined, id);
  await walkSafety(call);
  await walkTold(call);
}

async function walkTold(call: Call): Promise<void> {
  const { hash } = await call('GET /v1/notice');
  await call('GET /v1/notice/page');
  await call('GET /v1/prompt');
  await call('POST /v1/notice/displayed', { hash, language: 'en' });
  for (const path of ['sign', 'sign.svg', 'sign.pdf']) await call(`GET /v1/${path}`);
}

async function walkComplaints(call: Call): Promise<void> {
  const { complaintId = '' } = await call('POST /v1/complaints', { text: 'It stared at me', language: 'en' });
  await call('GET /v1/complaints');
  await call('GET /v1/complaints/{id}', undefined, [complaintId]);
  await call('POST /v1/complaints/{id}/answer', { text: 'We are sorry' }, [complaintId]);
  await call('POST /v1/complaints/{id}/closing', undefined, [complaintId]);
  const { callId = '' } = await call('POST /v1/staff-calls', { doorId: 'main' });
  await call('GET /v1/staff-calls');
  await call('POST /v1/staff-calls/{id}/answer', undefined, [callId]);
}

async function walkFiling(call: Call): Promise<void> {
  await call('GET /v1/filing');
  await call('POST /v1/filing/declared-count', { elsewhere: 5, by: 'Ann' });
  await call('POST /v1/filing/packages', { type: 'new', details: fullDetails });
  await call('POST /v1/filing/submissions', { reference: 'F-1', on: '2025-06-02', type: 'new' });
  await call('POST /v1/inspector-bundles', {});
  await call('GET /v1/records');
  await call('POST /v1/records/pruning', { before: '2000-01-01' });
}

/** The inspector’s bundle file by file, since what is compressed hides everything. */
async function unpackBundle({ site }: Gate, answers: { route: string; text: string }[]): Promise<void> {
  const out = join(temporaryFolder(), 'bundle.zip');
  const { exitCode, stderr } = await site.run(['inspector', '--out', out]);
  if (exitCode !== 0) throw new Error(`no bundle: ${stderr}`);
  const files = Object.entries(unzipSync(readFileSync(out)));
  for (const [name, bytes] of files)
    answers.push({ route: `bundle ${name}`, text: Buffer.from(bytes).toString('utf8') });
}
