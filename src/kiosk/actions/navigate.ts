import { api } from '../api.js';
import { fallSilent } from '../speech.js';
import { type Screen, store } from '../store.js';

const READY: Screen = { name: 'ready' };

export function currentScreen(screens: readonly Screen[]): Screen {
  return screens.at(-1) ?? READY;
}

export function go(screen: Screen): void {
  fallSilent();
  store.set({ screens: [...store.get().screens, screen], problem: undefined });
}

/** Instead of the present screen: going back does not lead here again. */
export function replace(screen: Screen): void {
  fallSilent();
  store.set({ screens: [...store.get().screens.slice(0, -1), screen], problem: undefined });
}

/** From the ready screen on: a matter of its own. */
export function begin(screen: Screen): void {
  fallSilent();
  store.set({ screens: [screen], problem: undefined });
}

export function back(): void {
  const { screens, visit } = store.get();
  if (screens.length <= 1 && visit !== undefined) {
    home();
    return;
  }
  fallSilent();
  store.set({ screens: screens.slice(0, -1), problem: undefined });
}

/** To the ready screen; whoever was here is gone, and so is what they had opened. */
export function home(): void {
  fallSilent();
  endVisit();
  store.set({ screens: [], problem: undefined, timeEnds: undefined, noticeSeen: undefined });
}

/** Nobody waits for the answer: the visit ends by itself in any case. */
function endVisit(): void {
  const { visit } = store.get();
  if (visit === undefined) return;
  store.set({ visit: undefined, enrolment: undefined });
  void api.endVisit(visit.visitId).catch(() => undefined);
}
