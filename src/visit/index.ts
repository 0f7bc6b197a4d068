export { type OwnDataFile, type OwnDataParts, ownData } from './own-data.js';
export type { OwnRecords } from './own-records.js';
export { receiptLines, receiptOf, signedRecord } from './receipts.js';
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
export { type Words, wordsOf } from './words.js';
