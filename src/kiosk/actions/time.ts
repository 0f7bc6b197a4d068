import { type Screen, store } from '../store.js';
import { currentScreen, home } from './navigate.js';
import { resetPreferences } from './preferences.js';

/** Half a minute to say "I am still here" (WCAG 2.2.1 asks for 20 s). */
const WARNING_MS = 30_000;
const IDLE_MS = 90_000;
/** Reading takes longer than typing. */
const IDLE_WHILE_READING_MS = 300_000;
const FORGET_PREFERENCES_MS = 120_000;
const CHECK_EVERY_MS = 1_000;

let lastInputMs = 0;
let visitEndsMs = 0;
let visitExpiry = '';
let warnedMs: number | undefined;

/** Ends what somebody left behind, and asks before it does. */
export function watchTime(): void {
  for (const event of ['pointerdown', 'keydown', 'scroll', 'wheel'] as const)
    addEventListener(event, () => noteInput(), { capture: true, passive: true });
  noteInput();
  setInterval(check, CHECK_EVERY_MS);
}

export function noteInput(): void {
  lastInputMs = performance.now();
}

/** "I am still here", on screens without a visit. */
export function stayHere(): void {
  noteInput();
  store.set({ timeEnds: undefined });
}

function check(): void {
  const { screens, visit, verification, timeEnds } = store.get();
  const nowMs = performance.now();
  if (timeEnds === undefined) warnedMs = undefined;
  if (verification !== undefined) return;
  if (visit !== undefined) checkVisit(visit.expiresAt, nowMs);
  else if (screens.length > 0) checkIdle(screens, nowMs);
  else if (nowMs - lastInputMs > FORGET_PREFERENCES_MS) startAfresh();
}

/** Nobody is here: the next person finds the site's own language, and the page of the version that now runs. */
function startAfresh(): void {
  const { site, pageVersion } = store.get();
  if (site !== undefined && site.version !== pageVersion) location.reload();
  else void resetPreferences();
}

function checkIdle(screens: readonly Screen[], nowMs: number): void {
  if (warnedMs !== undefined) {
    if (nowMs - warnedMs > WARNING_MS) home();
    return;
  }
  const reading = ['notice', 'complaint'].includes(currentScreen(screens).name);
  if (nowMs - lastInputMs > (reading ? IDLE_WHILE_READING_MS : IDLE_MS)) warn('idle', nowMs);
}

/** The time left is measured on a clock that nobody sets: the visit's end is looked up once. */
function checkVisit(expiresAt: string, nowMs: number): void {
  if (expiresAt !== visitExpiry) {
    visitExpiry = expiresAt;
    visitEndsMs = nowMs + (Date.parse(expiresAt) - Date.now());
  }
  const leftMs = visitEndsMs - nowMs;
  if (leftMs <= 0) home();
  else if (leftMs <= WARNING_MS && store.get().timeEnds === undefined) warn('visit', nowMs);
}

function warn(timeEnds: 'idle' | 'visit', nowMs: number): void {
  warnedMs = nowMs;
  store.set({ timeEnds });
}
