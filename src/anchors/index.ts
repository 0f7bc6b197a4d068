export type { RollbackFinding } from './finding.js';
export { Anchors, type HeadVerdict, type SignedHead } from './heads.js';
export { type MonotonicCounter, RollbackGuard } from './rollback.js';
export { WitnessFile } from './witness.js';
