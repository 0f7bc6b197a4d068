export { Anchors, type HeadVerdict, type SignedHead } from './heads.js';
export { type MonotonicCounter, type RollbackFinding, RollbackGuard } from './rollback.js';
export { WitnessFile } from './witness.js';
