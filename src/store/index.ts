export type { AuditHead, AuditLog, AuditRow } from './audit-log.js';
export type { AttemptCount } from './credentials.js';
export { createKeyFile, createPassphraseSalt, type KeySource, readRootKey } from './key-source.js';
export type { ApiKeyRow, ClockMarkRow, ErasureRow } from './operations.js';
export type { ConsentRow, DocumentKind, DocumentRow, ReceiptRow } from './records.js';
export type { RegisterBody, RegisterEntry, RegisterName } from './registers.js';
export { Store, storeExists } from './store.js';
export type { AgeBand, Profile, Subject } from './subjects.js';
export type { TemplateInfo } from './templates.js';
