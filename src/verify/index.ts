export { DecisionRecorder } from './record.js';
export {
  type Act,
  type Claim,
  type Guidance,
  guidanceCodes,
  type VerificationRequest,
  type VerificationView,
} from './request.js';
export { type VerificationParts, VerificationService } from './service.js';
export type { Renewal, RenewalState } from './session.js';
