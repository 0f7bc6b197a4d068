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
 * Beyond the border the last pixel counts again: its weight collects those of the taps that have no pixel.
 */
export function axisTaps(start: number, length: number, outputs: number, inputs: number): AxisTaps {
  const ratio = length / outputs;
  const support = Math.max(1, ratio);
  const perOutput = Math.min(inputs, Math.floor(2 * support) + 1);
  const starts = new Int32Array(outputs);
  const weights = new Float32Array(outputs * perOutput);
  for (let output = 0; output < outputs; output += 1) {
    const centre = start + (output + 0.5) * ratio - 0.5;
    const first = Math.floor(centre - support) + 1;
    const kept = Math.max(0, Math.min(inputs - perOutput, first));
    starts[output] = kept;
    let sum = 0;
    for (let index = first; index < centre + support; index += 1) {
      const weight = 1 - Math.abs(index - centre) / support;
      const slot = output * perOutput + Math.max(0, Math.min(inputs - 1, index) - kept);
      weights[slot] = (weights[slot] ?? 0) + weight;
      sum += weight;
    }
    for (let slot = output * perOutput; slot < (output + 1) * perOutput; slot += 1) {
      weights[slot] = (weights[slot] ?? 0) / sum;
    }
  }
  const lowest = Math.min(...starts);
  return { starts, perOutput, weights, lowest, highest: Math.max(...starts) + perOutput - 1 };
}
