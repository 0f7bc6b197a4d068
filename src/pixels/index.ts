export { decodeStill, defaultStillLimits, type StillLimits } from './decode.js';
export { type ResampleOptions, resampleToTensor } from './resample.js';
export { applySimilarity, estimateSimilarity, invertSimilarity, type Similarity } from './similarity.js';
export { type LuminanceStatistics, luminanceOf, noiseOf, sharpnessOf } from './statistics.js';
export { type DeclaredInput, emptyTensor, layoutOf, type TensorColour, type TensorLayout } from './tensor.js';
export { warpToTensor } from './warp.js';
export { wipe } from './wipe.js';
