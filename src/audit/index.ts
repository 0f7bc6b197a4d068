export { bestEffortAudit } from './best-effort.js';
export { AuditTrail, sealedHead } from './trail.js';
export { type AuditVerification, verifyAudit, verifyNewestAudit } from './verify.js';
