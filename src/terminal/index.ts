export { makeAuthority } from './access.js';
export { openCompliance } from './compliance.js';
export { type EgressWatch, watchEgress } from './egress.js';
export { openImport } from './import.js';
export { createStore, openStore, type StoreAccess } from './open-store.js';
export { openOutbox } from './outbox.js';
export { controlSocketPath, type Listening, listen } from './serve.js';
export { acceptConfiguration, type SignedFilesParts, signedPack } from './signed-files.js';
export { Terminal, type TerminalPorts } from './terminal.js';
