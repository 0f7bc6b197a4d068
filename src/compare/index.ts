export { cosineSimilarity, ProbeFusion } from './fusion.js';
export { sameFaceThreshold, singleFrameThreshold } from './same-face.js';
export { fmrForIdentification, galleryCeiling, lowestFmr, type Threshold, thresholdFor } from './thresholds.js';
