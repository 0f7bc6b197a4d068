import { type Items, similarityOf } from './items.js';
import type { Pacer } from './progress.js';

/** Every reference against every probe of other people; `right` absent: every pair of `left`, once. */
export interface Design {
  readonly left: Items;
  readonly right?: Items;
}

/** Width of the bins that similarities are counted in; thresholds are stated to this precision. */
export const gridPerUnit = 1e4;
const bins = 2 * gridPerUnit + 1;

export interface NonMated {
  readonly design: Design;
  readonly comparisons: number;
  /** In the order of `eachComparison`. */
  readonly similarities: Float32Array;
  /** How many lie in [bin / 1e4 - 1, (bin + 1) / 1e4 - 1). */
  readonly histogram: Uint32Array;
  /** Comparisons when people are drawn `weights` times: a pair counts as often as both of its people together. */
  readonly weightedTotal: (weights: Uint16Array) => number;
}

/** The comparisons of highest similarity, highest first: where false matches are. */
export interface Tail {
  readonly similarities: Float32Array;
  readonly leftRow: Uint32Array;
  readonly rightRow: Uint32Array;
  readonly leftPerson: Uint32Array;
  readonly rightPerson: Uint32Array;
}

/** Makes all comparisons of people with others; 3 million of 512 numbers take a few seconds. */
export async function compareNonMated(design: Design, pacer: Pacer, step: string): Promise<NonMated> {
  const { left, right = left } = design;
  const comparisons = comparisonsIn(design);
  const similarities = new Float32Array(comparisons);
  const histogram = new Uint32Array(bins);
  let at = 0;
  for (let row = 0; row < left.count; row += 1) {
    const before = at;
    const person = left.person[row];
    for (let other = design.right === undefined ? row + 1 : 0; other < right.count; other += 1) {
      if (right.person[other] === person) continue;
      similarities[at] = similarityOf(left, row, right, other);
      const bin = binOf(similarities[at] ?? 0);
      histogram[bin] = (histogram[bin] ?? 0) + 1;
      at += 1;
    }
    await pacer.spent((at - before) * left.dimensions, step, row + 1, left.count);
  }
  return { design, comparisons, similarities, histogram, weightedTotal: (weights) => weightedTotal(design, weights) };
}

/** The `atLeast` comparisons of highest similarity, and those as high as the lowest of them. */
export function tailOf({ design, similarities, histogram }: NonMated, atLeast: number): Tail {
  const floorBin = binWithAtLeast(histogram, atLeast);
  const found: { at: number[]; left: number[]; right: number[] } = { at: [], left: [], right: [] };
  eachComparison(design, (left, right, at) => {
    if (binOf(similarities[at] ?? 0) < floorBin) return;
    found.at.push(at);
    found.left.push(left);
    found.right.push(right);
  });
  const order = Uint32Array.from(found.at.keys()).sort(
    (a, b) => (similarities[found.at[b] ?? 0] ?? 0) - (similarities[found.at[a] ?? 0] ?? 0) || a - b,
  );
  const leftRow = Uint32Array.from(order, (index) => found.left[index] ?? 0);
  const rightRow = Uint32Array.from(order, (index) => found.right[index] ?? 0);
  const { left, right = left } = design;
  return {
    similarities: Float32Array.from(order, (index) => similarities[found.at[index] ?? 0] ?? 0),
    leftRow,
    rightRow,
    leftPerson: leftRow.map((row) => left.person[row] ?? 0),
    rightPerson: rightRow.map((row) => right.person[row] ?? 0),
  };
}

export function binOf(similarity: number): number {
  return Math.floor((similarity + 1) * gridPerUnit);
}

/** The lowest similarity of a bin: a threshold on the grid. */
export function similarityOfBin(bin: number): number {
  return (bin - gridPerUnit) / gridPerUnit;
}

/** The highest bin with at least `wanted` comparisons in it and above. */
function binWithAtLeast(histogram: Uint32Array, wanted: number): number {
  let above = 0;
  for (let bin = histogram.length - 1; bin >= 0; bin -= 1) {
    above += histogram[bin] ?? 0;
    if (above >= wanted) return bin;
  }
  return 0;
}

function eachComparison(design: Design, visit: (leftRow: number, rightRow: number, at: number) => void): void {
  const { left, right = left } = design;
  let at = 0;
  for (let row = 0; row < left.count; row += 1) {
    for (let other = design.right === undefined ? row + 1 : 0; other < right.count; other += 1) {
      if (left.person[row] === right.person[other]) continue;
      visit(row, other, at);
      at += 1;
    }
  }
}

function comparisonsIn(design: Design): number {
  const { left, right = left } = design;
  const highest = (items: Items) => items.person.reduce((most, person) => Math.max(most, person), -1);
  const people = 1 + Math.max(highest(left), highest(right));
  return weightedTotal(design, new Uint16Array(people).fill(1));
}

/** All pairs of items less the pairs of one person, each item weighing as often as its person was drawn. */
function weightedTotal({ left, right }: Design, weights: Uint16Array): number {
  const lefts = weightByPerson(left, weights);
  const rights = right === undefined ? lefts : weightByPerson(right, weights);
  let leftSum = 0;
  let rightSum = 0;
  let same = 0;
  for (let person = 0; person < weights.length; person += 1) {
    leftSum += lefts[person] ?? 0;
    rightSum += rights[person] ?? 0;
    same += (lefts[person] ?? 0) * (rights[person] ?? 0);
  }
  const pairs = leftSum * rightSum - same;
  return right === undefined ? pairs / 2 : pairs;
}

function weightByPerson({ person }: Items, weights: Uint16Array): Float64Array {
  const sums = new Float64Array(weights.length);
  for (const index of person) sums[index] = (sums[index] ?? 0) + (weights[index] ?? 0);
  return sums;
}
