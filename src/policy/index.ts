export {
  type FaceMode,
  type FaceModeBlock,
  type FaceModeReason,
  FacePolicy,
  type FacePolicyParts,
  type PersonState,
} from './face-policy.js';
export { recordPackChange } from './pack-change.js';
export { padFusionMode } from './pad-mode.js';
export { purposeEndsAtMs } from './purpose-end.js';
export type { SafetyParts, SafetyReason } from './safety.js';
export {
  confirmThresholds,
  recordThresholdChange,
  type ThresholdsInUse,
  thresholdsInUse,
  type UnconfirmedThresholds,
  unconfirmedThresholds,
} from './threshold-change.js';
export { thresholdOptions, type UnmeasuredInUse, unmeasuredInUse } from './unmeasured.js';
