import type { ScreenMethod, ScreenVerification, ScreenVerificationRequest } from '../../http/kiosk/contract.js';
import { api } from '../api.js';
import { isSpoken, say } from '../speech.js';
import { currentTexts, type State, store, wordsOfSite } from '../store.js';
import { ask, run } from './run.js';

type Claim = ScreenVerificationRequest['claim'];
export type Act = ScreenVerificationRequest['act'];

let dismissed: string | undefined;

/** Begins a verification by the person's own act on this screen (D9). */
export async function start(method: ScreenMethod, act: Act, claim?: Claim): Promise<void> {
  const { language } = store.get();
  const prompt = { language, spoken: isSpoken(promptKeys[method]) };
  const view = await run(() =>
    api.startVerification({ method, act, prompt, ...(claim === undefined ? {} : { claim }) }),
  );
  if (view === undefined) return;
  store.set({ screens: [] });
  showVerification(view);
}

/** What is said when a way in is chosen. */
export const promptKeys = { card: 'card.say', pin: 'pin.say', face: 'face.say' } as const;

export async function presentCard(cardNumber: string): Promise<void> {
  await present((id) => api.presentCard(id, cardNumber));
}

export async function presentPin(given: { personNumber?: string; pin: string }): Promise<void> {
  await present((id) => api.presentPin(id, given));
}

async function present(work: (id: string) => Promise<ScreenVerification>): Promise<void> {
  const { verification } = store.get();
  if (verification === undefined) return;
  const view = await run(() => work(verification.verificationId));
  if (view !== undefined) showVerification(view);
}

/** The person's own wish: nothing needs to be said about it. */
export async function cancel(): Promise<void> {
  const { verification } = store.get();
  if (verification === undefined) return;
  dismiss();
  await ask(() => api.cancelVerification(verification.verificationId));
}

/** Takes the verification, or its result, off the screen. */
export function dismiss(): void {
  dismissed = store.get().verification?.verificationId;
  store.set({ verification: undefined, problem: undefined });
}

/** What the stream or a call says about the verification at this door. */
export function showVerification(view: ScreenVerification | null): void {
  const { verification: shown } = store.get();
  if (view === null) {
    // A result stays until it was read; something that waits and is gone has ended elsewhere.
    if (shown?.state === 'waiting') store.set({ verification: undefined });
    return;
  }
  if (view.verificationId === dismissed) return;
  const again = shown?.verificationId === view.verificationId;
  if (again && shown.state === 'decided') return;
  store.set({ verification: view, timeEnds: undefined, ...(again ? {} : { problem: undefined }) });
  tell(view, again ? shown : undefined);
}

function tell(view: ScreenVerification, before: ScreenVerification | undefined): void {
  if (view.result !== undefined) {
    say(`result.${view.result.decision}`);
    return;
  }
  const { needs } = view;
  if (needs !== undefined && before?.needs === undefined) {
    const texts = currentTexts();
    say('more.say', { ways: needs.map((need) => texts(`method.${need}.yours`)).join(texts('list.or')) });
    return;
  }
  if (before === undefined && view.startedBy === 'panel')
    say('panel.say', {
      purpose: wordsOfSite(store.get())?.purpose ?? view.prompt.purpose,
      others: otherWays(store.get(), 'face'),
    });
}

/** "your card or PIN": what can be used instead of a method at this site. */
export function otherWays({ site }: State, instead: ScreenMethod): string {
  const texts = currentTexts();
  const names = (site?.methods ?? [])
    .filter(({ method, works }) => works && method !== instead)
    .map(({ method }) => texts(`method.${method}.yours`));
  return names.join(texts('list.or'));
}
