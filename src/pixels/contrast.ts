import type { TensorLayout } from './tensor.js';

/** What a crop's exposure is brought to; both 0..1 of white. */
export interface TargetExposure {
  readonly targetLuminance: number;
  readonly targetContrast: number;
}

/** A crop flatter than this (of 255) holds nothing but noise, and is left flat. */
const flattest = 4;

/**
 * Brings the mean and the standard deviation of a grey crop, as `layout` has written it, to the target's, in place; what
 * becomes brighter than white or darker than black is cut, as an exposure would cut it.
 */
export function bringToContrast(tensor: Float32Array, layout: TensorLayout, target: TargetExposure): void {
  const { mean: offset, scale } = layout;
  let sum = 0;
  for (const value of tensor) sum += value;
  const mean = sum / tensor.length;
  let squares = 0;
  for (const value of tensor) squares += (value - mean) ** 2;
  const deviation = Math.sqrt(squares / tensor.length) / scale;
  const gain = (target.targetContrast * white) / Math.max(deviation, flattest);
  for (let at = 0; at < tensor.length; at += 1) {
    const value = (((tensor[at] ?? 0) - mean) / scale) * gain + target.targetLuminance * white;
    tensor[at] = (Math.max(0, Math.min(white, value)) - offset) * scale;
  }
}

const white = 255;
