/** What the story's people and panels do, one call each. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { projectRoot } from '../setup/context.mjs';

/** @typedef {import('./caller.mjs').Caller} Caller */
/** @typedef {import('./terminal.mjs').DemoTerminal} DemoTerminal */

export const dayMs = 86_400_000;
const nonce = () => `demo-${Math.random().toString(36).slice(2, 14)}`;

/** @param {DemoTerminal} terminal */
export async function recordAssessment(terminal) {
  const { demonstrationAssessment } = await import('../../dist/cli/demonstration.js');
  const file = path.join(terminal.folder, 'assessment.yaml');
  writeFileSync(file, stringify(demonstrationAssessment));
  return (await terminal.menshen(['assessment', file])).code;
}

/** @param {DemoTerminal} terminal @param {string} role @returns {Promise<string>} */
export async function makeKey(terminal, role) {
  const { output } = await terminal.menshen(['keys', 'add', '--role', role, '--label', 'demo', '--days', '1']);
  return JSON.parse(output).secret;
}

/** @param {Caller} panel */
export async function faceModeOn(panel) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { body } = await panel.call('GET', '/v1/health');
    if (body.methods.face.works && body.cameras[0]?.state === 'live') return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('face mode is still off after 20 s: see `menshen doctor`');
}

/** @param {Caller} operator @param {{ personNumber: string }} profile @returns {Promise<string>} */
export async function addPerson(operator, profile) {
  const { body } = await operator.call('POST', '/v1/subjects', {
    ...profile,
    ageBand: 'adult',
    expiresAt: new Date(Date.now() + dayMs).toISOString(),
  });
  return body.subjectId;
}

/** @param {Caller} operator @param {string} subjectId @param {number} untilMs */
export async function consent(operator, subjectId, untilMs) {
  const notice = await operator.call('GET', '/v1/notice?language=en');
  const { status } = await operator.call('POST', `/v1/subjects/${subjectId}/consents`, {
    noticeHash: notice.body.hash,
    expiresAt: new Date(untilMs).toISOString(),
    language: 'en',
    accessMode: 'operator',
    form: 'electronic',
    separateAct: true,
    voluntary: true,
    alternativesShown: true,
  });
  return status;
}

/** @param {string} who */
export const still = (who) =>
  readFileSync(path.join(projectRoot, 'var', 'demo', 'stills', `${who}.jpg`)).toString('base64');

/** @param {Caller} panel @param {{ claim?: object, timeoutMs?: number }} request */
export async function byFace(panel, request) {
  const started = await panel.call('POST', '/v1/verifications', {
    doorId: 'main',
    purpose: 'demonstration',
    act: { kind: 'button' },
    methods: ['face'],
    timeoutMs: 6000,
    nonce: nonce(),
    ...request,
  });
  const { body } = await panel.call('GET', `/v1/verifications/${started.body.verificationId}?waitMs=15000`);
  return body.decision ?? { decision: 'none', reason: started.body.code ?? 'no decision' };
}

/** @param {Caller} panel @param {string} personNumber @param {string} pin */
export async function byPin(panel, personNumber, pin) {
  return byCredential(panel, 'pin', { personNumber, pin });
}

/** @param {Caller} panel @param {string} cardNumber */
export async function byCard(panel, cardNumber) {
  return byCredential(panel, 'card', { cardNumber });
}

/** @param {Caller} panel @param {'pin' | 'card'} method @param {object} presented */
async function byCredential(panel, method, presented) {
  const started = await panel.call('POST', '/v1/verifications', {
    doorId: 'main',
    purpose: 'demonstration',
    methods: [method],
    nonce: nonce(),
  });
  const { body } = await panel.call('POST', `/v1/verifications/${started.body.verificationId}/${method}`, presented);
  return [body.decision?.decision, body.decision?.reason];
}
