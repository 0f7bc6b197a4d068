export { AuditTrail } from './trail.js';
export { type AuditVerification, verifyAudit } from './verify.js';
