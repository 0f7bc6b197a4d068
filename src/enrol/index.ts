export { type EnrolmentParts, type EnrolmentRequest, type EnrolmentResult, EnrolmentService } from './service.js';
