export { type CredentialOutcome, decideCredential } from './credential.js';
export { decideFace } from './face.js';
