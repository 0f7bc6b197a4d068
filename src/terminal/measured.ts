/** The machine's own answers of the yearly inspection, measured at the moment they are asked for (D19a). */
import { alertsIn, recentAudit, verifyAudit } from '../audit/index.js';
import type { Services } from '../http/index.js';
import type { MachineFinding, MachineFindings } from '../inspection/index.js';

/** Less than this and the alarm is early enough to do something. */
export const auditSpaceAlarmBytes = 64 * 1024 * 1024;

const dayMs = 86_400_000;
const monthMs = 30 * dayMs;

export type MeasuredServices = Pick<
  Services,
  | 'apiKeys'
  | 'clock'
  | 'clockGuard'
  | 'config'
  | 'incidents'
  | 'policy'
  | 'retention'
  | 'selfTest'
  | 'store'
  | 'tamperLock'
  | 'vision'
>;

export async function measuredFindings(services: MeasuredServices): Promise<MachineFindings> {
  const { store } = services;
  const chain = await verifyAudit(store);
  const selfTest = await services.selfTest.run();
  const failures = selfTest.results.filter(({ state }) => state === 'failed').map(({ id }) => id);
  return {
    'audit-chain': finding(chain.intact, chain.problem ?? `${chain.entries} entries hold, head ${chain.headHash}`),
    'self-test': finding(selfTest.sound, failures.length === 0 ? 'nothing failed' : `failed: ${failures.join(', ')}`),
    retention: retentionFinding(services),
    assessment: assessmentFinding(services),
    clock: clockFinding(services),
    'keys-expiring': keysFinding(services),
    denials: await denialsFinding(services),
    'disk-space': finding(
      store.reserve.freeBytes() >= auditSpaceAlarmBytes,
      `${Math.round(store.reserve.freeBytes() / 2 ** 20)} MiB free`,
    ),
    cameras: camerasFinding(services),
    'sign-declared': signFinding(services),
    incidents: incidentsFinding(services),
  };
}

const finding = (inOrder: boolean, evidence: string): MachineFinding => ({
  answer: inOrder ? 'in-order' : 'not-in-order',
  evidence,
});
const unknown = (evidence: string): MachineFinding => ({ answer: 'unknown', evidence });

function retentionFinding({ retention }: MeasuredServices): MachineFinding {
  const now = retention.forecast().find(({ within }) => within === 'now');
  const overdue = (now?.faces ?? 0) + (now?.persons ?? 0);
  return finding(overdue === 0, `${now?.faces ?? 0} faces and ${now?.persons ?? 0} people are due and not erased yet`);
}

function assessmentFinding({ policy }: MeasuredServices): MachineFinding {
  const assessment = policy.assessment();
  return assessment.state === 'valid'
    ? finding(true, `version ${assessment.version} of ${assessment.date}`)
    : finding(false, assessment.why);
}

function clockFinding({ clockGuard }: MeasuredServices): MachineFinding {
  const { trusted, problem } = clockGuard.check();
  return finding(trusted, problem ?? 'trusted');
}

function keysFinding({ apiKeys, clock }: MeasuredServices): MachineFinding {
  const nowMs = clock.wallMs();
  const alive = apiKeys.list().filter((key) => key.revokedAtMs === undefined && key.expiresAtMs > nowMs);
  const ending = alive.filter(({ expiresAtMs }) => expiresAtMs < nowMs + monthMs);
  return finding(ending.length === 0, `${alive.length} keys, ${ending.length} of them end within 30 days`);
}

async function denialsFinding({ store, clock }: MeasuredServices): Promise<MachineFinding> {
  const { rows, complete } = await recentAudit(store, clock.wallMs() - monthMs);
  const denied = alertsIn(rows).find(({ id }) => id === 'access-denied');
  const count = `${denied?.count ?? 0} callers turned away in 30 days`;
  return complete
    ? finding(denied?.raised !== true, count)
    : unknown(`more entries than are looked at; ${count} at least`);
}

function camerasFinding({ config, vision }: MeasuredServices): MachineFinding {
  if (!config.face.enabled) return finding(true, 'the face is switched off; no camera is used');
  if (vision === undefined) return unknown('recognition does not run here: ask the running service');
  const bad = vision.cameras().filter(({ state, fault }) => state === 'failed' || fault !== undefined);
  return finding(
    bad.length === 0,
    bad.length === 0 ? 'all work' : `not working: ${bad.map(({ cameraId }) => cameraId).join(', ')}`,
  );
}

function signFinding({ config }: MeasuredServices): MachineFinding {
  const { signPosted } = config.site;
  return signPosted === undefined
    ? finding(false, 'nobody declared it (site.signPosted)')
    : finding(true, `declared by ${signPosted.by} on ${signPosted.on}; not verified`);
}

function incidentsFinding({ incidents, tamperLock }: MeasuredServices): MachineFinding {
  const listed = incidents.list().filter(({ state }) => state === 'open').length;
  // One whose row was taken away is in no list.
  const open = incidents.frozenBy() === undefined ? listed : Math.max(listed, 1);
  const tampering = tamperLock.open().length;
  return finding(open + tampering === 0, `${open} incidents and ${tampering} reports of tampering are open`);
}
