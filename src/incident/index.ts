export { checkOpen, type IncidentParts, Incidents, type LiftOrder } from './incidents.js';
export {
  type DataKind,
  dataKinds,
  type Incident,
  type IncidentKind,
  type IncidentTexts,
  incidentKinds,
  type Lift,
  type NewIncident,
  type Severity,
  type Supplement,
  severities,
} from './kinds.js';
export { type Audience, audiences, incidentNotice, type NoticeFacts, type PrintableNotice } from './notice.js';
export { type Tampering, TamperLock, type TamperSignal, tamperSignals } from './tamper.js';
