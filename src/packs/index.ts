export { checkPack, type ModelCheck, type PackCheck, problemOf } from './check.js';
export { addPack, findPack, type ListedPack, listPacks, type PackFolders, recordPack } from './folder.js';
export { checkGolden, type Drift, goldenDrifts, goldenTolerance, overTolerance, recordGolden } from './golden.js';
export { driftBetween, imprintOf } from './imprint.js';
