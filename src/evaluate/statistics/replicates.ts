import type { Interval } from '../figures.js';
import type { Cut } from './cuts.js';
import type { Mated } from './mated.js';
import type { NonMated, Tail } from './non-mated.js';
import type { Pacer } from './progress.js';
import type { Random } from './random.js';
import { drawWeights, percentileInterval } from './resampling.js';

export interface PointIntervals {
  /** Of the similarity at which the wanted FMR is reached. */
  readonly threshold: Interval | undefined;
  /** Of the FMR at the stated threshold. */
  readonly fmr: Interval | undefined;
  /** Of the FNMR at the stated threshold. */
  readonly fnmr: Interval | undefined;
}

export interface Replicates {
  at(wantedFmr: number): PointIntervals | undefined;
  readonly equalErrorRate: Interval | undefined;
}

export interface ReplicatesInput {
  readonly people: number;
  readonly nonMated: NonMated;
  readonly tail: Tail;
  readonly mated: Mated;
  readonly cuts: readonly Cut[];
  readonly resamplings: number;
  readonly random: Random;
}

interface Series {
  readonly cut: Cut;
  readonly thresholds: Float64Array;
  readonly fmrs: Float64Array;
  readonly fnmrs: Float64Array;
}

/**
 * What the figures would be with other people: everybody is drawn with replacement, a non-mated comparison counts as
 * often as both of its people together (two-way resampling: it depends on either), a mated one as often as its person.
 */
export async function resamplePeople(input: ReplicatesInput, pacer: Pacer, step: string): Promise<Replicates> {
  const { people, tail, cuts, resamplings, random } = input;
  const weights = new Uint16Array(people);
  const empty = () => new Float64Array(resamplings).fill(Number.NaN);
  const series = cuts.map((cut): Series => ({ cut, thresholds: empty(), fmrs: empty(), fnmrs: empty() }));
  const equalErrorRates = empty();
  const mated = [...input.mated.pairs].sort((a, b) => b.similarity - a.similarity);
  const matedSide = {
    similarities: Float32Array.from(mated, ({ similarity }) => similarity),
    person: Uint32Array.from(mated, ({ person }) => person),
  };
  for (let round = 0; round < resamplings; round += 1) {
    drawWeights(weights, random);
    const total = input.nonMated.weightedTotal(weights);
    const matches = cumulated(matedSide.person, weights);
    const falseMatches = cumulatedPairs(tail, weights);
    for (const one of series) recordPoint(one, round, { tail, matedSide, matches, falseMatches, total });
    equalErrorRates[round] = crossing(tail.similarities, falseMatches, total, matedSide.similarities, matches);
    await pacer.spent(4 * tail.similarities.length, step, round + 1, resamplings);
  }
  return {
    at: (wantedFmr) => {
      const found = series.find(({ cut }) => cut.wantedFmr === wantedFmr);
      return found === undefined
        ? undefined
        : {
            threshold: percentileInterval(found.thresholds),
            fmr: percentileInterval(found.fmrs),
            fnmr: percentileInterval(found.fnmrs),
          };
    },
    equalErrorRate: percentileInterval(equalErrorRates),
  };
}

interface Round {
  readonly tail: Tail;
  readonly matedSide: { readonly similarities: Float32Array };
  /** Weight of the mated comparisons up to each one, highest similarity first. */
  readonly matches: Float64Array;
  readonly falseMatches: Float64Array;
  readonly total: number;
}

function recordPoint({ cut, thresholds, fmrs, fnmrs }: Series, round: number, values: Round): void {
  const { tail, matedSide, matches, falseMatches, total } = values;
  if (total > 0) {
    fmrs[round] = before(falseMatches, countAtLeast(tail.similarities, cut.threshold)) / total;
    const kept = firstAbove(falseMatches, cut.wantedFmr * total);
    thresholds[round] = tail.similarities[Math.max(0, kept - 1)] ?? Number.NaN;
  }
  const all = matches.at(-1) ?? 0;
  if (all > 0) fnmrs[round] = 1 - before(matches, countAtLeast(matedSide.similarities, cut.threshold)) / all;
}

/** The rate at which false matches become as frequent as false non-matches, going down from the highest similarity. */
function crossing(
  nonMated: Float32Array,
  falseMatches: Float64Array,
  total: number,
  mated: Float32Array,
  matches: Float64Array,
): number {
  const all = matches.at(-1) ?? 0;
  if (!(total > 0) || !(all > 0)) return Number.NaN;
  let matched = 0;
  for (let at = 0; at < nonMated.length; at += 1) {
    const threshold = nonMated[at] ?? 0;
    while (matched < mated.length && (mated[matched] ?? 0) >= threshold) matched += 1;
    const fmr = (falseMatches[at] ?? 0) / total;
    const fnmr = 1 - before(matches, matched) / all;
    if (fmr >= fnmr) return (fmr + fnmr) / 2;
  }
  return Number.NaN;
}

function cumulated(person: Uint32Array, weights: Uint16Array): Float64Array {
  let sum = 0;
  return Float64Array.from(person, (index) => {
    sum += weights[index] ?? 0;
    return sum;
  });
}

function cumulatedPairs({ leftPerson, rightPerson }: Tail, weights: Uint16Array): Float64Array {
  const sums = new Float64Array(leftPerson.length);
  let sum = 0;
  for (let at = 0; at < sums.length; at += 1) {
    sum += (weights[leftPerson[at] ?? 0] ?? 0) * (weights[rightPerson[at] ?? 0] ?? 0);
    sums[at] = sum;
  }
  return sums;
}

/** Of a list that falls. */
function countAtLeast(falling: Float32Array, threshold: number): number {
  return lowerBound(falling.length, (at) => (falling[at] ?? 0) < threshold);
}

/** Of a list that rises. */
function firstAbove(rising: Float64Array, limit: number): number {
  return lowerBound(rising.length, (at) => (rising[at] ?? 0) > limit);
}

function lowerBound(length: number, holds: (at: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function before(sums: Float64Array, count: number): number {
  return count === 0 ? 0 : (sums[count - 1] ?? 0);
}
