export { keyBytes, seal, unseal } from './aead.js';
export { beginKeyAgreement, type KeyAgreement } from './agreement.js';
export { canonicalJson } from './canonical.js';
export { deriveKey, equalBytes, hash, keyedHash } from './hash.js';
export { hmacSha256 } from './mac.js';
export { type Argon2idCost, argon2id, saltBytes } from './password.js';
export { Argon2idPool, type PasswordHasher } from './pool.js';
export { type Resealing, resealKeys, sealedKeyBytes } from './reseal.js';
export { keyIdOf, type SigningKey, signingKeyFromSeed, verifySignature } from './sign.js';
