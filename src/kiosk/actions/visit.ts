import type { ConsentGiven, EnrolmentProgress, VisitRequest, VisitView } from '../../http/kiosk/contract.js';
import { api } from '../api.js';
import { type Intent, type Screen, store } from '../store.js';
import { begin, currentScreen, go, replace } from './navigate.js';
import { run } from './run.js';

let looking: AbortController | undefined;

/** Somebody proves who they are, and is led to what they came for, when it is possible. */
export async function prove(proof: VisitRequest['proof'], wants: Intent): Promise<void> {
  const leave = new AbortController();
  looking = leave;
  store.set({ proving: proof.kind === 'face', proof: undefined });
  const visit = await run(() => api.openVisit({ proof }, leave));
  store.set({ proving: false, proof: undefined });
  if (leave.signal.aborted) store.set({ problem: undefined });
  if (visit === undefined) return;
  if (currentScreen(store.get().screens).name !== 'prove') {
    // They went away while it was looked into: whoever stands there now is not shown their data.
    void api.endVisit(visit.visitId).catch(() => undefined);
    return;
  }
  store.set({ visit });
  begin(firstScreen(visit, wants));
}

/** What begins stands on the screen where it is started; nothing is said besides. */
export function faceProof(act: 'touch' | 'button') {
  return { kind: 'face', act, prompt: { language: store.get().language, spoken: false } } as const;
}

/** Ends the camera's look for a proof. */
export function stopProving(): void {
  looking?.abort();
}

/** Where somebody begins who came for one thing; the overview says so when it is not possible. */
export function firstScreen(visit: VisitView, wants: Intent): Screen {
  if (wants === 'overview') return { name: 'overview' };
  const act = wants === 'consent' && !visit.may.includes('consent') ? insteadOfConsent(visit) : wants;
  return visit.may.includes(act) ? screenOf[act] : { name: 'overview', refused: wants };
}

/** Whoever comes to consent and has done so may have it renewed, or has only a changed notice to look at. */
function insteadOfConsent({ may }: VisitView): Exclude<Intent, 'overview'> {
  return (['acknowledge-notice', 'renew-consent', 'enrol'] as const).find((act) => may.includes(act)) ?? 'consent';
}

/** Where each of a person's own matters begins. */
export const screenOf: Readonly<Record<Exclude<Intent, 'overview'>, Screen>> = {
  consent: { name: 'consent-notice', renewal: false },
  'renew-consent': { name: 'consent-notice', renewal: true },
  enrol: { name: 'enrol' },
  'acknowledge-notice': { name: 'changed-notice' },
  withdraw: { name: 'withdraw' },
  'see-data': { name: 'data' },
  'set-pin': { name: 'set-pin' },
  'add-card': { name: 'add-card' },
};

export async function giveConsent(consent: ConsentGiven, renewal: boolean): Promise<void> {
  const visit = await updateVisit((id) => api.giveConsent(id, consent));
  if (visit === undefined) return;
  begin(visit.may.includes('enrol') ? { name: 'enrol' } : { name: 'done', what: renewal ? 'renewal' : 'consent' });
}

export async function acknowledgeNotice(hash: string): Promise<void> {
  const visit = await updateVisit((id) => api.noticeSeen(id, hash));
  if (visit !== undefined) begin({ name: 'done', what: 'notice' });
}

export async function setPin(pin: string): Promise<void> {
  const visit = await updateVisit((id) => api.setPin(id, pin));
  if (visit !== undefined) replace({ name: 'done', what: 'pin' });
}

export async function addCard(cardNumber: string): Promise<void> {
  const visit = await updateVisit((id) => api.addCard(id, cardNumber));
  if (visit !== undefined) replace({ name: 'done', what: 'card' });
}

export async function startEnrolment(act: 'touch' | 'button'): Promise<void> {
  const { visit } = store.get();
  if (visit === undefined) return;
  store.set({ enrolment: beginning });
  // From here on the stream tells how it goes.
  if ((await run(() => api.startEnrolment(visit.visitId, act))) === undefined) store.set({ enrolment: undefined });
}

const beginning: EnrolmentProgress = { state: 'running', frames: 0, wanted: 0 };

/** Only of an enrolment that was begun here: a stream that was taken up again repeats how the last one ended. */
export function showEnrolment(enrolment: EnrolmentProgress): void {
  if (store.get().visit !== undefined && store.get().enrolment !== undefined) store.set({ enrolment });
}

export async function endEnrolment(): Promise<void> {
  const { visit } = store.get();
  store.set({ enrolment: undefined });
  if (visit !== undefined) await run(() => api.endEnrolment(visit.visitId));
}

/** After an enrolment: what the service says about the person now. Their time begins anew with it. */
export async function afterEnrolment(): Promise<void> {
  const visit = await updateVisit((id) => api.extendVisit(id));
  store.set({ enrolment: undefined });
  if (visit === undefined) return;
  const { hasPin, cards } = visit.person;
  // The face is never the only way in (M10.1).
  begin(!hasPin && cards === 0 ? { name: 'second-factor' } : { name: 'done', what: 'enrolled' });
}

export async function withdraw(requester: 'self' | 'guardian'): Promise<void> {
  const receipt = await withVisit((id) => api.withdraw(id, requester, store.get().language));
  if (receipt !== undefined) replace({ name: 'receipt', receipt });
}

/** The consent's record as a receipt, to print or to take along. */
export async function seeConsentReceipt(): Promise<void> {
  const recordId = store.get().visit?.person.consentId;
  if (recordId === undefined) return;
  const receipt = await withVisit((id) => api.receipt(id, recordId, store.get().language));
  if (receipt !== undefined) go({ name: 'receipt', receipt });
}

export async function moreTime(): Promise<void> {
  await updateVisit((id) => api.extendVisit(id));
  store.set({ timeEnds: undefined });
}

/** @returns undefined also when the visit ended meanwhile: the answer is nobody's who stands there now. */
async function withVisit<T>(work: (id: string) => Promise<T>): Promise<T | undefined> {
  const { visit } = store.get();
  if (visit === undefined) return undefined;
  const answer = await run(() => work(visit.visitId));
  return store.get().visit?.visitId === visit.visitId ? answer : undefined;
}

async function updateVisit(work: (id: string) => Promise<VisitView>): Promise<VisitView | undefined> {
  const visit = await withVisit(work);
  if (visit !== undefined) store.set({ visit });
  return visit;
}
