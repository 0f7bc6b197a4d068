/** Component values: 50 lies exactly on the limit, so that "below 50" and "not acceptable" are the same. */

/** For what must reach a limit: twice the limit is ideal. */
export function componentAtLeast(value: number, limit: number): number {
  return percent(value / (2 * limit));
}

/** For what must stay within a limit on both sides of 0: 0 is ideal. */
export function componentWithin(value: number, limit: number): number {
  return percent(1 - Math.abs(value) / (2 * limit));
}

/** For what must lie between two limits: their middle is ideal. */
export function componentBetween(value: number, lowest: number, highest: number): number {
  const half = (highest - lowest) / 2;
  return componentWithin(value - (lowest + half), half);
}

/** A broken measure (NaN) is useless, never acceptable. */
function percent(ratio: number): number {
  return Number.isFinite(ratio) ? 100 * Math.max(0, Math.min(1, ratio)) : 0;
}

export const acceptableComponent = 50;
