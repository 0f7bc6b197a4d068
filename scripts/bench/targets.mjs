/**
 * Rows whose target is a number of its own (milliseconds, megabytes, shares of a core), not a ratio.
 *
 * @param {string} what
 * @param {number[]} values one for each run
 * @param {{ unit: string, atMost?: number, judge?: 'median' | 'min', note?: string }} options what the target is held
 * against; `min` for what other work on the machine can only lengthen
 * @returns {import('./measure.mjs').Row}
 */
export function targetRow(what, values, { unit, atMost, judge = 'median', note }) {
  const sorted = values.toSorted((a, b) => a - b);
  const spread = { min: sorted[0] ?? 0, median: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 };
  const target = atMost === undefined ? {} : { target: { atMost }, judge, met: spread[judge] <= atMost };
  return { what: `${what} [${unit}]`, ms: spread, unit, ...(note === undefined ? {} : { note }), ...target };
}

/** @param {number[]} values @param {number} share 0 to 1 */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
