export { Comparator, strangerDeviation } from './comparator.js';
export { cosineSimilarity } from './cosine.js';
export { ProbeFusion } from './fusion.js';

export { sameFaceThreshold, singleFrameThreshold } from './same-face.js';
export {
  fmrForIdentification,
  galleryCeiling,
  lowestFmr,
  lowestFmrFor,
  type Threshold,
  type ThresholdOptions,
  thresholdFor,
} from './thresholds.js';
