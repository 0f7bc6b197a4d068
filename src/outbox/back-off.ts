import type { Randomness } from '../core/index.js';

const firstMs = 1000;
/** A listener that comes back after days is found within this time. */
export const longestMs = 300_000;

/**
 * How long to wait after so many failures in a row: twice as long each time, up to five minutes, of which a random half is
 * left out, so that terminals which lost the same listener do not all come back at once.
 *
 * @param failures 1 or more
 */
export function backOffMs(failures: number, randomness: Randomness): number {
  const wholeMs = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 20));
  const [byte = 0] = randomness.bytes(1);
  return Math.round(wholeMs * (1 - byte / 512));
}

/** What a listener asks for itself (`Retry-After` in seconds), within bounds. */
export function askedForMs(headers: Readonly<Record<string, string>>): number {
  const asked = headers['retry-after'] ?? '';
  return /^\d{1,6}$/.test(asked) ? Math.min(longestMs, Number(asked) * 1000) : 0;
}
