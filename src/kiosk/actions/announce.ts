import { store } from '../store.js';

/** A screen reader that is told ten things a second says none of them. */
const AT_MOST_EVERY_MS = 2_000;
let lastMs = Number.NEGATIVE_INFINITY;
let pending: ReturnType<typeof setTimeout> | undefined;

/** Says the text to screen readers, the newest one when several come at once. */
export function announce(text: string): void {
  clearTimeout(pending);
  const waitMs = Math.max(0, lastMs + AT_MOST_EVERY_MS - performance.now());
  pending = setTimeout(() => {
    lastMs = performance.now();
    store.set({ announcement: text });
  }, waitMs);
}
