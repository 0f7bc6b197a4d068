export { type EnrolmentCode, type EnrolmentCodeRequest, EnrolmentCodes, type RedeemedCode } from './codes.js';
export type {
  EnrolmentAudience,
  EnrolmentParts,
  EnrolmentRequest,
  EnrolmentResult,
  RenewalRequest,
} from './request.js';
export { EnrolmentService, referenceFrames } from './service.js';
