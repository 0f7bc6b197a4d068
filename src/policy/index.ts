export {
  type FaceMode,
  type FaceModeReason,
  FacePolicy,
  type FacePolicyParts,
  type PersonState,
} from './face-policy.js';
