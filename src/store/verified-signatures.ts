import { verifySignature } from '../crypto/index.js';

export type VerifySignature = typeof verifySignature;

interface Verified {
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Verifies a signature, and the same bytes under the same key only once: every frame of a verification opens the same
 * template, and its consent is read from the store each time, nearly always with the same words.
 *
 * @param limit messages remembered, the newest; those that did not verify are not.
 */
export function rememberedVerification(limit: number, verify: VerifySignature = verifySignature): VerifySignature {
  const known = new Map<string, Verified>();
  return (publicKey, message, signature) => {
    if (typeof message !== 'string') return verify(publicKey, message, signature);
    const before = known.get(message);
    if (before !== undefined && same(before.publicKey, publicKey) && same(before.signature, signature)) return true;
    if (!verify(publicKey, message, signature)) return false;
    known.delete(message);
    known.set(message, { publicKey: publicKey.slice(), signature: signature.slice() });
    const [oldest] = known.keys();
    if (known.size > limit && oldest !== undefined) known.delete(oldest);
    return true;
  };
}

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
