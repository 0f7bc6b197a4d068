import type { Randomness } from '../core/index.js';
import { type RecipientKey, recipientKeyFromSeed } from '../crypto/index.js';
import { invalid } from './header.js';

const publicPrefix = 'menshen-backup-recipient-1:';
const secretPrefix = 'menshen-backup-secret-1:';

/** A pair of keys made off the device: the public one goes to the device, the other one nowhere near it. */
export function newRecipient(randomness: Randomness): { readonly publicText: string; readonly secretText: string } {
  const seed = randomness.bytes(32);
  const { publicKey, secretKey } = recipientKeyFromSeed(seed);
  secretKey.fill(0);
  const texts = { publicText: `${publicPrefix}${to64(publicKey)}`, secretText: `${secretPrefix}${to64(seed)}` };
  seed.fill(0);
  return texts;
}

/** @throws MenshenError `backup-invalid`. */
export function parsedRecipient(text: string): Uint8Array {
  return bytesAfter(publicPrefix, text, 'This is no recipient’s public key: menshen backup recipient new prints one.');
}

/** @throws MenshenError `backup-invalid`. */
export function parsedRecipientKey(text: string): RecipientKey {
  const seed = bytesAfter(
    secretPrefix,
    text,
    'This file holds no recipient’s key as menshen backup recipient new wrote it.',
  );
  const key = recipientKeyFromSeed(seed);
  seed.fill(0);
  return key;
}

function bytesAfter(prefix: string, text: string, otherwise: string): Uint8Array {
  const trimmed = text.trim();
  const bytes = trimmed.startsWith(prefix) ? Buffer.from(trimmed.slice(prefix.length), 'base64') : Buffer.alloc(0);
  if (bytes.length !== 32 || trimmed !== `${prefix}${to64(bytes)}`) throw invalid(otherwise);
  return new Uint8Array(bytes);
}

const to64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
