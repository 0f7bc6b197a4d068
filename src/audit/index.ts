export { type Alert, alertIds, alertOf, alertsIn } from './alerts.js';
export { bestEffortAudit } from './best-effort.js';
export { genesisHash, hashOf } from './entry.js';
export type { IncidentsOnRecord } from './incidents.js';
export { type EventPage, type EventQuery, type EventView, PanelEvents } from './panel-events.js';
export { type Pruned, pruneAudit } from './prune.js';
export { type RecentAudit, recentAudit } from './recent.js';
export { AuditTrail, type RecordFailure, sealedHead } from './trail.js';
export { type AuditVerification, problemOf as auditEntryProblem, verifyAudit, verifyNewestAudit } from './verify.js';
