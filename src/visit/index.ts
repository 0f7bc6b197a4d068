export { type VisitParts, VisitService } from './service.js';
export type {
  Line,
  OwnData,
  ProvedBy,
  ReceiptView,
  VisitAct,
  VisitConsent,
  VisitPerson,
  VisitProof,
  VisitView,
} from './types.js';
