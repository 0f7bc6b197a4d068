export type { AuditLog, AuditRow, EventSearch } from './audit-log.js';
export type { Checkpoint, CheckpointBody } from './checkpoints.js';
export type { ConsentRow } from './consents.js';
export type { AttemptCount, PinRecord } from './credentials.js';
export type { DeviceCertificateName, DeviceCertificateRow, DeviceCertificates } from './device-certificates.js';
export { type DeviceKeyName, deviceKeyNames } from './device-key-names.js';
export type { DocumentKind, DocumentRow } from './documents.js';
export type { AwaitedPassage, DoorStateRow, LastEntry } from './doors.js';
export type { FaceTimes } from './face-times.js';
export { bytesAt, destroyFile, nextOf, putInPlace, syncFolder, writePrivate } from './key-places.js';
export {
  createKeyFile,
  createPassphraseSalt,
  createTpmKey,
  type KeySource,
  passphraseKey,
  readKeyFile,
  readRootKey,
} from './key-source.js';
export type { DeviceKey } from './keyring.js';
export type { DeadLetterRow, ListenerRow } from './listeners.js';
export type { ApiKeyRow, ClockMarkRow, ErasureRow } from './operations.js';
export type { PanelInvitationRow } from './panel-invitations.js';
export type { PanelCertificateRow, PanelRow, StoredPanel } from './panels.js';
export type { ReceiptRow } from './receipts.js';
export type { RegisterBody, RegisterEntry, RegisterName, RegisterPlace } from './registers.js';
export type { RotationRow } from './rotations.js';
export type { AuditHead, StateDoubt } from './sealed-head.js';
export { reviewAtMs, type SignedConsent, signedConsent } from './signed-consent.js';
export {
  type FormerDevice,
  type PublicKeys,
  type Signer,
  type Succession,
  type SuccessionStatement,
  signerChain,
} from './signers.js';
export type { PeoplePage, PersonRecord, Snapshot } from './snapshot.js';
export { Store, storeExists } from './store.js';
export { incidentOffRecord } from './store-state.js';
export { type AgeBand, newSubjectId, type Profile, type Subject } from './subjects.js';
export type { TemplateInfo } from './templates.js';
export { TpmSeal, type TpmTools } from './tpm-seal.js';
