export { bringToContrast, type TargetExposure } from './contrast.js';
export { decodeStill, defaultStillLimits, type StillLimits } from './decode.js';
export { resampleToTensor, warpToTensor } from './into-tensor.js';
export {
  countUprightLines,
  luminanceOf,
  mirrorTensor,
  noiseOf,
  openPixelKernels,
  type PixelKernels,
  type ResampleOptions,
  sharpnessOf,
} from './kernels.js';
export { applySimilarity, estimateSimilarity, invertSimilarity, type Similarity } from './similarity.js';
export type { LuminanceStatistics } from './statistics.js';
export {
  channelCount,
  type DeclaredInput,
  emptyTensor,
  layoutOf,
  normalised,
  type TensorColour,
  type TensorLayout,
} from './tensor.js';
export { createTensorPool, type TensorPool } from './tensor-pool.js';
export type { LineSearch } from './upright-lines.js';
export { wipe } from './wipe.js';
