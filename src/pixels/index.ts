export { decodeStill, defaultStillLimits, type StillLimits } from './decode.js';
export {
  luminanceOf,
  openPixelKernels,
  type PixelKernels,
  type ResampleOptions,
  resampleToTensor,
  sharpnessOf,
  warpToTensor,
} from './kernels.js';
export { applySimilarity, estimateSimilarity, invertSimilarity, type Similarity } from './similarity.js';
export type { LuminanceStatistics } from './statistics.js';
export { type DeclaredInput, emptyTensor, layoutOf, type TensorColour, type TensorLayout } from './tensor.js';
export { wipe } from './wipe.js';
