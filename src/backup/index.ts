export { type ErasedSince, erasedSince, nothingSince } from './erased-since.js';
export type { Opener, Protection } from './header.js';
export { BackupMaker, type BackupParts } from './make.js';
export { type BackupFacts, type ReadOptions, readBackup, type Taker } from './read.js';
export { newRecipient, parsedRecipient, parsedRecipientKey } from './recipient.js';
export { type Restored, type RestoreParts, Restorer } from './restore.js';
