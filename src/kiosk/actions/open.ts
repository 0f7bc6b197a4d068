import type { ScreenMethod } from '../../http/kiosk/contract.js';
import { say } from '../speech.js';
import { type Intent, type Screen, store, wordsOfSite } from '../store.js';
import { begin, currentScreen, go, replace } from './navigate.js';
import { cancel, dismiss, otherWays, promptKeys } from './verify.js';
import { firstScreen } from './visit.js';

/** One of the three ways in: what is asked for is told first, in text and by voice (D9). */
export function openWay(method: ScreenMethod): void {
  const { site, screens } = store.get();
  const works = site?.methods.find((one) => one.method === method)?.works ?? false;
  const screen: Screen = works ? { name: method } : { name: 'unusable', method };
  // From one way to another: going back leads to the ready screen from each of them.
  if (screens.length > 0) replace(screen);
  else go(screen);
  if (works)
    say(promptKeys[method], {
      purpose: wordsOfSite(store.get())?.purpose ?? '',
      others: otherWays(store.get(), method),
    });
}

/** From the bar, whatever is shown: somebody who wants to read or complain stops a verification by it. */
export function openFromBar(screen: Screen): void {
  leaveVerification();
  if (currentScreen(store.get().screens).name !== screen.name) go(screen);
}

/** Own matters need to know whose: who has not proved it yet is asked first. */
export function openOwnMatter(wants: Intent): void {
  leaveVerification();
  const { visit } = store.get();
  begin(visit === undefined ? { name: 'prove', wants } : firstScreen(visit, wants));
}

function leaveVerification(): void {
  const { verification } = store.get();
  if (verification === undefined) return;
  if (verification.state === 'waiting') void cancel();
  else dismiss();
}
