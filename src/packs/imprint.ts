import { type Imprint, sketchLength } from '../inference/index.js';

/** Digits kept: four more than the tolerance needs. */
const digits = 7;

/**
 * A tensor in a few numbers: its norm, and a count sketch (Charikar, Chen, Farach-Colton 2002): every value is added, with
 * a pseudo-random sign, to one of sixteen sums. The sketch of a difference is the difference of the sketches, and about as
 * long as the difference itself, so that a drift anywhere in the tensor shows.
 */
export function imprintOf(values: Float32Array): Imprint {
  const sums = new Float64Array(sketchLength);
  let squares = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    squares += value * value;
    const mixed = mix(index);
    const slot = mixed & (sketchLength - 1);
    sums[slot] = (sums[slot] ?? 0) + (mixed & 0x40000000 ? value : -value);
  }
  return { length: values.length, norm: rounded(Math.sqrt(squares)), sketch: Array.from(sums, rounded) };
}

/** How far a tensor is from a recorded one, over the recorded one's norm; infinite for another length or no numbers. */
export function driftBetween(recorded: Imprint, found: Imprint): number {
  if (recorded.length !== found.length) return Number.POSITIVE_INFINITY;
  // A tensor of zeros has no norm to compare with; a value of this size each counts as far away.
  const scale = Math.max(recorded.norm, smallestNorm * Math.sqrt(recorded.length));
  const squares = recorded.sketch.reduce((sum, value, slot) => sum + (value - (found.sketch[slot] ?? 0)) ** 2, 0);
  const drift = Math.max(Math.sqrt(squares), Math.abs(recorded.norm - found.norm)) / scale;
  return Number.isNaN(drift) ? Number.POSITIVE_INFINITY : drift;
}

const smallestNorm = 1e-6;

/** The finaliser of MurmurHash3: neighbours fall into unrelated sums. */
function mix(index: number): number {
  let mixed = (index + 0x9e3779b9) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function rounded(value: number): number {
  return Number(value.toPrecision(digits));
}
