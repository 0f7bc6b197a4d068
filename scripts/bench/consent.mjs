import { canonicalJson } from '../../dist/crypto/index.js';

/**
 * A signed consent of a made-up person: a template is opened only under one that holds.
 *
 * @param {import('../../dist/store/index.js').Store} store
 * @param {{ recordId: string, subjectId: string, givenAtMs: number, expiresAtMs: number }} about
 */
export function addConsent(store, { recordId, subjectId, givenAtMs, expiresAtMs }) {
  const body = canonicalJson({
    ...{ recordId, subjectId, noticeHash: 'derived', materialHash: 'derived', derived: true },
    expiry: new Date(expiresAtMs).toISOString(),
    filler: 'x'.repeat(600),
  });
  store.consents.add({
    ...{ recordId, subjectId, noticeHash: 'derived', givenAtMs, expiresAtMs, body },
    keyId: store.signingKey.keyId,
    signature: store.signingKey.sign(body),
  });
}
