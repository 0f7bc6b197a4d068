import { chinaDayMs, MenshenError } from '../core/index.js';
import type { ConsentRequest, Guardian, NoticeBinding } from './types.js';

const dayMs = 86_400_000;
const minorsAge = 14;

/**
 * What must be true of any consent.
 *
 * @param childs the person is under 14 as declared, or nobody declared it.
 * @throws MenshenError `notice-outdated`, `consent-required`, `expiry-invalid`, `guardian-required`, `review-date-invalid`.
 */
export function checkConsent(request: ConsentRequest, notice: NoticeBinding, childs: boolean, nowMs: number): void {
  if (request.noticeHash !== notice.hash) {
    throw new MenshenError(
      'notice-outdated',
      'The consent names another notice than the current one. Show the current notice and ask again.',
    );
  }
  if (!request.separateAct || !request.voluntary || !request.alternativesShown) {
    throw new MenshenError(
      'consent-required',
      'Consent must be a separate act, free, with the alternatives in view (M6.1).',
    );
  }
  checkForm(request, notice);
  // Written so that what is no number is refused too.
  if (!(request.expiresAtMs > nowMs && request.expiresAtMs <= nowMs + notice.retentionDays * dayMs)) {
    throw new MenshenError(
      'expiry-invalid',
      `State an expiry in the future and within ${notice.retentionDays} days, as the notice says.`,
    );
  }
  if (childs) checkGuardian(request.guardian, notice, nowMs);
  else if (request.guardian !== undefined) {
    throw new MenshenError(
      'guardian-required',
      'From the age of 14 on people consent themselves; nobody does it for them. Leave the guardian out.',
    );
  }
}

function checkForm({ form, accessMode }: ConsentRequest, notice: NoticeBinding): void {
  if (notice.writtenRequired && form !== 'written') {
    throw new MenshenError(
      'consent-required',
      'Law asks for written consent here (site.writtenConsentRequired, D5). Have it signed on paper, and record it as written.',
    );
  }
  if (form === 'written' && accessMode === 'screen')
    throw new MenshenError(
      'consent-required',
      'What is ticked on a screen is no written consent. Record it as electronic.',
    );
}

function checkGuardian(guardian: Guardian | undefined, notice: NoticeBinding, nowMs: number): void {
  if (guardian === undefined) {
    throw new MenshenError(
      'guardian-required',
      'Under 14, or age not declared: a guardian consents (M7.1). The age is never estimated.',
    );
  }
  if (notice.minorsRules === undefined) {
    throw new MenshenError(
      'guardian-required',
      'The site has no rules for minors (site.minorsRules, M7.2), so none can be enrolled.',
    );
  }
  const named = (guardian.name ?? guardian.pseudonym ?? '').trim() !== '';
  if (!named || guardian.relationship.trim() === '' || guardian.authorityCheckedBy.trim() === '') {
    throw new MenshenError(
      'guardian-required',
      'Say who the guardian is, their relationship to the child, and how their authority was checked (M7.1).',
    );
  }
  checkReviewDate(guardian.reviewDate, nowMs);
}

/** Whoever is under 14 turns 14 later than now and within 14 years. */
function checkReviewDate(reviewDate: string, nowMs: number): void {
  const reviewAtMs = chinaDayMs(reviewDate);
  const newborns = new Date(nowMs);
  newborns.setUTCFullYear(newborns.getUTCFullYear() + minorsAge);
  if (reviewAtMs === undefined || reviewAtMs <= nowMs || reviewAtMs > newborns.getTime()) {
    throw new MenshenError(
      'review-date-invalid',
      'The date of the child’s 14th birthday (YYYY-MM-DD) must lie ahead, by 14 years at most. Whoever is 14 consents themself.',
    );
  }
}
