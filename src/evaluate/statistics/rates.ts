import type { Interval, Rate } from '../figures.js';

/** Rule of 30 (ISO/IEC 19795-1): with 30 errors the true rate lies within 30 % of the observed one, 90 % of the time. */
export const fewestErrors = 30;
/** Rule of 3: without an error in n independent trials the rate is at most 3/n, 95 % of the time. */
const ruleOfThree = 3;

export interface RateParts {
  readonly errors: number;
  readonly trials: number;
  /** What depends on nothing else: people, recordings. Trials of the same one are not independent. */
  readonly units: number;
  readonly unitName: 'people' | 'recordings';
  /** Resampled units; ignored where there is no error. */
  readonly interval?: Interval | undefined;
  /** Errors by unit, where errors of one unit come in series; default: `errors`. */
  readonly erringUnits?: number;
}

/** A rate with what it may be taken for: `measured` from 30 errors on, `insufficient` below. */
export function rateOf({ errors, trials, units, unitName, interval, erringUnits = errors }: RateParts): Rate {
  const observed = { errors, trials };
  if (trials === 0) return { state: 'insufficient', ...observed, reason: 'nothing was tried' };
  const value = errors / trials;
  if (errors === 0) {
    const atMost = Math.min(1, ruleOfThree / units);
    const reason = `no error among ${units} ${unitName}: the rate may still be ${percent(atMost)} (rule of 3)`;
    return { state: 'insufficient', ...observed, value, atMost, reason };
  }
  const known = { ...observed, value, ...(interval === undefined ? {} : { interval }) };
  const counted = erringUnits === errors ? `${errors} error(s)` : `${errors} error(s) of ${erringUnits} ${unitName}`;
  if (erringUnits < fewestErrors) {
    return { state: 'insufficient', ...known, reason: `${counted}, ${fewestErrors} are needed (rule of 30)` };
  }
  return { state: 'measured', ...known };
}

/** Why `trials` comparisons cannot support an error rate of `wanted`; undefined when they can. */
export function unsupportedBecause(wanted: number, trials: number): string | undefined {
  const errors = errorsAllowed(wanted, trials);
  if (errors >= fewestErrors) return undefined;
  const needed = Math.ceil(fewestErrors / wanted - 1e-6).toLocaleString('en');
  const have = `${trials.toLocaleString('en')} comparisons`;
  if (wanted * trials < ruleOfThree) {
    return `${have}: below 3 in ${trials.toLocaleString('en')} nothing can be stated (rule of 3), ${needed} are needed`;
  }
  return `${have} leave ${errors} error(s) at this rate, ${fewestErrors} are needed (rule of 30): ${needed} comparisons`;
}

/** The most errors among `trials` that keep a rate. The addend is for 1e-4 * 300,000, which is just below 30. */
export function errorsAllowed(wanted: number, trials: number): number {
  return Math.floor(wanted * trials + 1e-9);
}

export function percent(rate: number): string {
  return `${Number((100 * rate).toPrecision(3))} %`;
}
