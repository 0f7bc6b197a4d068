export {
  type FaceMode,
  type FaceModeReason,
  FacePolicy,
  type FacePolicyParts,
  type PersonState,
} from './face-policy.js';
export { padFusionMode } from './pad-mode.js';
export { thresholdOptions, type UnmeasuredInUse, unmeasuredInUse } from './unmeasured.js';
