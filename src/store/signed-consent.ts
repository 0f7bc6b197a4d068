import { chinaDayMs } from '../core/index.js';
import { verifySignature } from '../crypto/index.js';
import type { ConsentRow } from './consents.js';
import type { PublicKeys } from './signers.js';
import type { VerifySignature } from './verified-signatures.js';

/** What a consent record's columns must agree with. */
export interface SignedConsent {
  readonly recordId: string;
  readonly subjectId: string;
  readonly noticeHash: string;
  readonly materialHash: string;
  /** ISO 8601. */
  readonly expiry: string;
  readonly guardian?: { readonly reviewDate: string };
}

/** The record as it was signed, or undefined when the row says something else than it, or this device did not sign it. */
export function signedConsent(
  row: ConsentRow,
  signers: PublicKeys,
  verify: VerifySignature = verifySignature,
): SignedConsent | undefined {
  const publicKey = signers.publicKeyOf(row.keyId);
  if (publicKey === undefined || !verify(publicKey, row.body, row.signature)) return undefined;
  // Signed by this device, so written by the consent room.
  const body = JSON.parse(row.body) as SignedConsent;
  const same =
    body.recordId === row.recordId &&
    body.subjectId === row.subjectId &&
    body.noticeHash === row.noticeHash &&
    Date.parse(body.expiry) === row.expiresAtMs &&
    // Records from before the column was there have none; the body is what counts.
    (row.reviewAtMs ?? reviewAtMs(body)) === reviewAtMs(body);
  return same ? body : undefined;
}

/** When a guardian's consent comes up for review; undefined for a person's own. */
export function reviewAtMs({ guardian }: SignedConsent): number | undefined {
  return guardian === undefined ? undefined : chinaDayMs(guardian.reviewDate);
}
