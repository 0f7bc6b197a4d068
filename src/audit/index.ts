export { bestEffortAudit } from './best-effort.js';
export { AuditTrail, sealedHead } from './trail.js';
export { type AuditVerification, problemOf as auditEntryProblem, verifyAudit, verifyNewestAudit } from './verify.js';
