import type { Box, Picture } from '../core/index.js';
import { type ResampleOptions, resampleToTensor as resample, warpToTensor as warp } from './kernels.js';
import type { Similarity } from './similarity.js';
import { normaliseChannels, type TensorLayout } from './tensor.js';

/** The kernel, then the normalisation of channels that differ. */
export function resampleToTensor(
  picture: Picture,
  box: Box,
  layout: TensorLayout,
  out: Float32Array,
  options?: ResampleOptions,
): void {
  resample(picture, box, layout, out, options);
  normaliseChannels(out, layout);
}

/** The kernel, then the normalisation of channels that differ. */
export function warpToTensor(
  picture: Picture,
  toPicture: Similarity,
  layout: TensorLayout,
  out: Float32Array,
  mirrored?: boolean,
): void {
  warp(picture, toPicture, layout, out, mirrored);
  normaliseChannels(out, layout);
}
