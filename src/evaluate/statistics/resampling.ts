import type { Interval } from '../figures.js';
import type { Random } from './random.js';

/** ISO/IEC 19795-1 asks for intervals that respect dependence; 1000 resamplings steady a 95 % percentile interval. */
export const defaultResamplings = 1000;
const tail = 0.025;

/** How often each of `units` units is drawn when as many are drawn with replacement. */
export function drawWeights(weights: Uint16Array, random: Random): void {
  weights.fill(0);
  for (let drawn = 0; drawn < weights.length; drawn += 1) {
    const unit = random.below(weights.length);
    weights[unit] = (weights[unit] ?? 0) + 1;
  }
}

/** The middle 95 % of resampled values; NaN (a resampling without any trial) is left out. */
export function percentileInterval(values: ArrayLike<number>): Interval | undefined {
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const low = sorted[Math.floor(tail * sorted.length)];
  const high = sorted[Math.ceil((1 - tail) * sorted.length) - 1];
  return low === undefined || high === undefined ? undefined : { low, high };
}

export interface UnitCounts {
  readonly errors: number;
  readonly trials: number;
}

/** The interval of a rate whose trials come in units that depend on nothing else (people, recordings). */
export function unitInterval(units: readonly UnitCounts[], resamplings: number, random: Random): Interval | undefined {
  const weights = new Uint16Array(units.length);
  const rates = Float64Array.from({ length: resamplings }, () => {
    drawWeights(weights, random);
    let errors = 0;
    let trials = 0;
    units.forEach((unit, index) => {
      errors += unit.errors * (weights[index] ?? 0);
      trials += unit.trials * (weights[index] ?? 0);
    });
    return errors / trials;
  });
  return percentileInterval(rates);
}
