/** Which source pixels make one output pixel along one axis, and with what weight. */
export interface AxisTaps {
  /** Per output: the first source index; the others follow without gaps and stay inside the picture. */
  readonly starts: Int32Array;
  readonly perOutput: number;
  /** `perOutput` weights per output; they sum to 1. */
  readonly weights: Float32Array;
  /** Lowest and highest source index that any output uses. */
  readonly lowest: number;
  readonly highest: number;
}

/**
 * Triangle filter from `start` over `length` source pixels to `outputs` pixels; `inputs` source pixels exist.
 *
 * Beyond the border the last pixel counts again: its weight collects those of the taps that have no pixel, in closed
 * form, so that a box of any size costs no more than the picture.
 */
export function axisTaps(start: number, length: number, outputs: number, inputs: number): AxisTaps {
  const ratio = length / outputs;
  const support = Math.max(1, ratio);
  const perOutput = Math.min(inputs, Math.floor(2 * support) + 1);
  const starts = new Int32Array(outputs);
  const weights = new Float32Array(outputs * perOutput);
  let lowest = inputs;
  let highest = 0;
  for (let output = 0; output < outputs; output += 1) {
    const centre = start + (output + 0.5) * ratio - 0.5;
    const kept = fillTaps(weights.subarray(output * perOutput, (output + 1) * perOutput), centre, support, inputs);
    starts[output] = kept;
    lowest = Math.min(lowest, kept);
    highest = Math.max(highest, kept + perOutput - 1);
  }
  return { starts, perOutput, weights, lowest, highest };
}

/** Gives the source index of the first weight. */
function fillTaps(weights: Float32Array, centre: number, support: number, inputs: number): number {
  const first = Math.floor(centre - support) + 1;
  const last = Math.ceil(centre + support) - 1;
  const kept = Math.max(0, Math.min(inputs - weights.length, first));
  const before = triangleSum(first, Math.min(last, -1), centre, support);
  const after = triangleSum(Math.max(first, inputs), last, centre, support);
  const sum = triangleSum(first, last, centre, support);
  for (let slot = 0; slot < weights.length; slot += 1) {
    const index = kept + slot;
    let weight = index >= first && index <= last ? 1 - Math.abs(index - centre) / support : 0;
    if (index === 0) weight += before;
    if (index === inputs - 1) weight += after;
    weights[slot] = weight / sum;
  }
  return kept;
}

/** Sum of 1 - |index - centre| / support over the whole numbers from `from` to `to`; 0 when there are none. */
function triangleSum(from: number, to: number, centre: number, support: number): number {
  const middle = Math.floor(centre);
  const rising = rampSum(from, Math.min(to, middle), centre, -support);
  return rising + rampSum(Math.max(from, middle + 1), to, centre, support);
}

function rampSum(first: number, last: number, centre: number, slope: number): number {
  if (first > last) return 0;
  const count = last - first + 1;
  return count - (((first + last) / 2 - centre) * count) / slope;
}
