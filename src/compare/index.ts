export { cosineSimilarity, ProbeFusion } from './fusion.js';
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
