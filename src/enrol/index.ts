export type { EnrolmentParts, EnrolmentRequest, EnrolmentResult, RenewalRequest } from './request.js';
export { EnrolmentService } from './service.js';
