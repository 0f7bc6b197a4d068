export { type CredentialOutcome, decideCredential } from './credential.js';
export { awaitsComparison, decideFace } from './face.js';
