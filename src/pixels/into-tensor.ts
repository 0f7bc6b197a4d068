import type { Box, Picture } from '../core/index.js';
import { type ResampleOptions, resampleToTensor as resample } from './resample.js';
import type { Similarity } from './similarity.js';
import { normaliseChannels, type TensorLayout } from './tensor.js';
import { warpToTensor as warp } from './warp.js';

/** `resample.ts`, then the normalisation of channels that differ. */
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

/** `warp.ts`, then the normalisation of channels that differ. */
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
