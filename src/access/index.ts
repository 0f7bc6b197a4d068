export { ApiKeyRing, type Caller, type NewApiKey, type Role, roles } from './api-keys.js';
export { type PairingCode, ScreenPairing } from './pairing.js';
