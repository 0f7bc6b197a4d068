import { randomUUID } from 'node:crypto';
import { MenshenError } from '../core/index.js';
import { canonicalJson } from '../crypto/index.js';
import type { ConsentRow, ReceiptRow, Store } from '../store/index.js';

export interface WithdrawalRequest {
  readonly subjectId: string;
  readonly requester: 'self' | 'guardian';
  readonly operatorId: string;
}

export interface WithdrawalParts {
  readonly store: Store;
  readonly clock: { wallMs(): number };
  readonly deviceId: string;
  readonly contact: string;
  readonly alternatives: readonly string[];
}

/** @throws MenshenError `consent-required` when there is nothing to withdraw, `guardian-required` for a guardian of somebody who had none. */
export function checkWithdrawal(store: Store, { subjectId, requester }: WithdrawalRequest): { consentId: string } {
  store.subjects.require(subjectId);
  const consent = store.consents.ofSubject(subjectId).findLast(({ endedAtMs }) => endedAtMs === undefined);
  if (consent === undefined) throw new MenshenError('consent-required', 'There is no consent to withdraw.');
  // Whoever a guardian consented for may withdraw themself too: a withdrawal is never the harder way.
  if (requester === 'guardian' && !isGuardians(consent)) {
    throw new MenshenError(
      'guardian-required',
      'No guardian consented for this person, so none withdraws for them. The person withdraws themself.',
    );
  }
  return { consentId: consent.recordId };
}

const isGuardians = ({ body }: ConsentRow): boolean =>
  (JSON.parse(body) as { readonly guardian?: unknown }).guardian !== undefined;

/** Signed before the erasure is done: it announces the purge receipt's number, which the erasure then keeps. */
export function withdrawalReceipt(
  { store, clock, deviceId, contact, alternatives }: WithdrawalParts,
  request: WithdrawalRequest,
  { consentId, purgeReceiptId }: { readonly consentId: string; readonly purgeReceiptId: string },
): ReceiptRow {
  const id = `r-${randomUUID()}`;
  const atMs = Math.round(clock.wallMs());
  const at = new Date(atMs).toISOString();
  const body = canonicalJson({
    receiptId: id,
    consentId,
    subjectPseudonym: request.subjectId,
    requestedAt: at,
    requester: request.requester,
    effectiveAt: at,
    scope: 'face',
    purgeReceiptId,
    pastProcessing: 'What was done before the withdrawal stays lawful; past events stay, without biometrics.',
    pastProcessingClause: 'M6.3 (unconfirmed wording)',
    alternativesNow: alternatives,
    recordsRetained: 'consent and withdrawal records and events without biometrics, at least three years (M9.4)',
    contact,
    deviceId,
  });
  return {
    ...{ id, kind: 'withdrawal', subjectId: request.subjectId, atMs, body },
    keyId: store.signingKey.keyId,
    signature: store.signingKey.sign(body),
  };
}
