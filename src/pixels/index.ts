export { bringToContrast, type TargetExposure } from './contrast.js';
export { decodeStill, defaultStillLimits, type StillLimits } from './decode.js';
export { resampleToTensor, warpToTensor } from './into-tensor.js';
export { luminanceOf, openPixelKernels, type PixelKernels, type ResampleOptions, sharpnessOf } from './kernels.js';
export { applySimilarity, estimateSimilarity, invertSimilarity, type Similarity } from './similarity.js';
export { type LuminanceStatistics, noiseOf } from './statistics.js';
export {
  channelCount,
  type DeclaredInput,
  emptyTensor,
  layoutOf,
  normalised,
  type TensorColour,
  type TensorLayout,
} from './tensor.js';
export { wipe } from './wipe.js';
