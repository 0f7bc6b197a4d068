export { checkGolden, type Drift, goldenDrifts, goldenTolerance, overTolerance, recordGolden } from './golden.js';
export { driftBetween, imprintOf } from './imprint.js';
