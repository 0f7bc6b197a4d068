export { cosineSimilarity, ProbeFusion } from './fusion.js';
export { fmrForIdentification, galleryCeiling, lowestFmr, type Threshold, thresholdFor } from './thresholds.js';
