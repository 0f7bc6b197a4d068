export type { FaceProofRequest, FaceProofs } from './face-proof.js';
export { DecisionRecorder } from './record.js';
export type {
  Act,
  Claim,
  DoorMoment,
  VerificationRequest,
  VerificationView,
} from './request.js';
export { type Review, ReviewDesk } from './reviews.js';
export { type VerificationParts, VerificationService } from './service.js';
export type { Renewal, RenewalState } from './session.js';
