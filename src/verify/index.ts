export { DecisionRecorder } from './record.js';
export type { Renewal, RenewalState } from './renewals.js';
export type { Act, Claim, Guidance, VerificationRequest, VerificationView } from './request.js';
export { type VerificationParts, VerificationService } from './service.js';
