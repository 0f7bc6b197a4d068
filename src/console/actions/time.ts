import { store } from '../store.js';
import { signOut } from './session.js';
import { save } from './write.js';

const IDLE_MS = 600_000;
/** Time to say "I am still here" (WCAG 2.2.1 asks for 20 s). */
const WARNING_MS = 60_000;
const CHECK_EVERY_MS = 1_000;

let lastInput = now();
let warned: ReturnType<typeof now> | undefined;

/** A key does not lie open on a desk: whoever left is signed out, after a warning, and what they wrote is saved before. */
export function watchTime(): void {
  for (const event of ['pointerdown', 'keydown', 'scroll', 'wheel'] as const)
    addEventListener(event, noteInput, { capture: true, passive: true });
  setInterval(check, CHECK_EVERY_MS);
  // A page that is left is kept by some browsers, with everything in its memory.
  addEventListener('pagehide', () => signOut(undefined));
}

export function noteInput(): void {
  if (!store.get().timeEnds) lastInput = now();
}

export function stayHere(): void {
  lastInput = now();
  warned = undefined;
  store.set({ timeEnds: false });
}

function check(): void {
  if (store.get().caller === undefined) {
    lastInput = now();
    warned = undefined;
    return;
  }
  if (warned !== undefined) {
    if (sinceMs(warned) > WARNING_MS) signOut('idle');
  } else if (sinceMs(lastInput) > IDLE_MS) {
    warned = now();
    store.set({ timeEnds: true });
    void save();
  }
}

/** One clock stands still while the machine sleeps, the other can be set: what says more time has passed is right. */
function now() {
  return { monotonicMs: performance.now(), wallMs: Date.now() };
}

function sinceMs(then: ReturnType<typeof now>): number {
  const { monotonicMs, wallMs } = now();
  return Math.max(monotonicMs - then.monotonicMs, wallMs - then.wallMs);
}
