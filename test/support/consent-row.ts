import { canonicalJson } from '#menshen/crypto/index.js';
import type { ConsentRow, Store } from '#menshen/store/index.js';

/** A signed consent record as the store keeps it, without the rooms that ask for it; it lasts for ever unless told. */
export function addConsentRow(
  { consents, signingKey }: Store,
  subjectId: string,
  recordId: string,
  change: Partial<ConsentRow> = {},
): void {
  const expiresAtMs = change.expiresAtMs ?? 8.64e15;
  const body = canonicalJson({
    ...{ recordId, subjectId, noticeHash: 'n', materialHash: 'm' },
    expiry: new Date(expiresAtMs).toISOString(),
  });
  const signed = { body, keyId: signingKey.keyId, signature: signingKey.sign(body) };
  consents.add({ recordId, subjectId, noticeHash: 'n', givenAtMs: 1, expiresAtMs, ...signed, ...change });
}
