export { type Alert, alertIds, alertOf, alertsIn } from './alerts.js';
export { bestEffortAudit } from './best-effort.js';
export { type EventPage, type EventQuery, type EventView, PanelEvents } from './panel-events.js';
export { type Pruned, pruneAudit } from './prune.js';
export { type RecentAudit, recentAudit } from './recent.js';
export { AuditTrail, genesisHash, hashOf, type RecordFailure, sealedHead } from './trail.js';
export { type AuditVerification, problemOf as auditEntryProblem, verifyAudit, verifyNewestAudit } from './verify.js';
