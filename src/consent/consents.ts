import { randomUUID } from 'node:crypto';
import { type AuditPort, type Clock, chinaDayMs, MenshenError } from '../core/index.js';
import { canonicalJson } from '../crypto/index.js';
import {
  type ConsentRow,
  reviewAtMs,
  type SignedConsent,
  type Store,
  type Subject,
  signedConsent,
} from '../store/index.js';
import { checkConsent } from './check.js';
import { recordBody } from './record.js';
import type { Consent, ConsentRequest, ConsentState, NoticeBinding, RenewableConsent } from './types.js';

const dayMs = 86_400_000;
const renewalDays = 30;

/** Consent records: signed, chained, never a picture or a template. */
export class ConsentRegister {
  readonly #store: Store;
  readonly #audit: AuditPort;
  readonly #clock: Clock;
  readonly #trustedMs: () => number;

  /**
   * @param clock never behind the time that is vouched for: turning it back revives no consent.
   * @param trustedMs never ahead of it: setting the clock ahead makes no child an adult.
   */
  constructor(store: Store, audit: AuditPort, clock: Clock, trustedMs: () => number) {
    this.#store = store;
    this.#audit = audit;
    this.#clock = clock;
    this.#trustedMs = trustedMs;
  }

  /**
   * Records a consent to the current notice; from the 14th birthday on the person's own.
   *
   * @throws MenshenError `notice-outdated`, `consent-required` (not separate, not free, not in writing where law asks for
   * that), `guardian-required`, `review-date-invalid`, `expiry-invalid`.
   */
  give(request: ConsentRequest, notice: NoticeBinding): Consent {
    const row = this.#checkedRow(request, notice);
    this.#store.transaction(() => {
      this.#store.consents.endAll(row.subjectId, 'superseded', row.givenAtMs);
      this.#store.consents.add(row);
      this.#enter(row, request);
      this.#audit.append('consent.given', entryOf(row));
    });
    return consentOf(row);
  }

  /**
   * Records a consent that takes the place of the running one before that lapses; the template stays and is bound to the
   * new record. Purpose, method and kinds of data must be the same as before (P14), and the template is kept no longer
   * than the site's period since it was made (M8.3).
   *
   * @throws MenshenError as `give`, and `consent-required` when there is none to renew.
   */
  renew(request: ConsentRequest, notice: NoticeBinding): Consent {
    const row = this.#checkedRow(request, notice);
    const former = this.renewable(row.subjectId, notice);
    if (former === undefined) {
      throw new MenshenError(
        'consent-required',
        'There is no running consent to the same purpose, method and data that could be renewed. Consent and enrol again.',
      );
    }
    if (request.expiresAtMs > former.longestMs) {
      throw new MenshenError(
        'expiry-invalid',
        `The template may be kept until ${new Date(former.longestMs).toISOString()}, counted from its enrolment (M8.3). State an earlier expiry, or enrol again.`,
      );
    }
    this.#store.transaction(() => {
      this.#store.consents.add(row);
      const templates = this.#store.templates.rebind(row.subjectId, former.recordId, row.recordId);
      this.#store.consents.end(former.recordId, 'superseded', row.givenAtMs);
      this.#enter(row, request);
      this.#audit.append('consent.renewed', { ...entryOf(row), supersedes: former.recordId, templates });
    });
    return consentOf(row);
  }

  /** Whether the person's face may be used now, under the current notice. */
  state(subjectId: string, notice: NoticeBinding): ConsentState {
    const row = this.#store.consents.ofSubject(subjectId).at(-1);
    const { state, body } = this.#standing(row);
    if (row === undefined || body === undefined || state !== 'runs')
      return { state: state === 'runs' ? 'none' : state };
    if (body.materialHash !== notice.materialHash) return { state: 'purpose-changed' };
    if (!this.#store.subjects.noticeSeen(subjectId, notice.hash)) return { state: 'notice-changed' };
    return { state: 'valid', consent: consentOf(row) };
  }

  /** The running consent that a renewal would replace; undefined where only a new consent and enrolment help. */
  renewable(subjectId: string, notice: NoticeBinding): RenewableConsent | undefined {
    const row = this.#store.consents.ofSubject(subjectId).at(-1);
    const { state, body } = this.#standing(row);
    if (row === undefined || body?.materialHash !== notice.materialHash) return undefined;
    if (state !== 'runs' && state !== 'review-due') return undefined;
    const made = this.#store.templates.allOf(subjectId).map(({ createdAtMs }) => createdAtMs);
    const nowMs = this.#clock.wallMs();
    const longestMs = Math.min(nowMs, ...made) + notice.retentionDays * dayMs;
    const nearEnd = longestMs > row.expiresAtMs && isNearEnd(row, nowMs);
    return { recordId: row.recordId, expiresAtMs: row.expiresAtMs, due: state === 'review-due' || nearEnd, longestMs };
  }

  /** M7.1: under 14 as declared, or nobody declared it; until a guardian's record says that the 14th birthday has come. */
  needsGuardian(subjectId: string): boolean {
    return this.#isChild(this.#store.subjects.require(subjectId));
  }

  /** The person has seen the current notice again (M5.6): the face mode that a change suspended comes back. */
  noticeShown(subjectId: string, notice: NoticeBinding): void {
    this.#store.subjects.require(subjectId);
    this.#store.transaction(() => {
      this.#store.subjects.markNoticeSeen(subjectId, notice.hash, Math.round(this.#clock.wallMs()));
      this.#audit.append('notice.shown', { subjectId, noticeHash: notice.hash });
    });
  }

  #standing(row: ConsentRow | undefined): { state: Standing; body?: SignedConsent } {
    if (row === undefined) return { state: 'none' };
    const nowMs = this.#clock.wallMs();
    if (row.endedAtMs !== undefined) return { state: 'ended' };
    if (row.expiresAtMs <= nowMs) return { state: 'expired' };
    const body = signedConsent(row, this.#store.signers);
    if (body === undefined) return { state: 'altered' };
    return { state: isReviewed(body, nowMs) ? 'review-due' : 'runs', body };
  }

  #isChild(subject: Subject): boolean {
    if (subject.ageBand === 'adult') return false;
    const nowMs = this.#trustedMs();
    return !this.#store.consents.ofSubject(subject.id).some((row) => {
      const body = signedConsent(row, this.#store.signers);
      return body !== undefined && isReviewed(body, nowMs);
    });
  }

  #checkedRow(request: ConsentRequest, notice: NoticeBinding): ConsentRow {
    const subject = this.#store.subjects.require(request.subjectId);
    if (this.#store.documents.newest('decommission') !== undefined)
      throw new MenshenError('decommissioned', 'Nobody is enrolled here any more (M15.4).');
    const nowMs = Math.round(this.#clock.wallMs());
    checkConsent(request, notice, this.#isChild(subject), nowMs);
    const { signingKey, consents, subjects } = this.#store;
    const recordId = `c-${randomUUID()}`;
    const previous = consents.ofSubject(subject.id).at(-1);
    const profile = subjects.profile(subject.id);
    const body = canonicalJson(recordBody({ recordId, request, notice, subject, profile, nowMs, previous }));
    const review = chinaDayMs(request.guardian?.reviewDate ?? '');
    return {
      ...{ recordId, subjectId: subject.id, noticeHash: notice.hash },
      ...{ givenAtMs: nowMs, expiresAtMs: request.expiresAtMs, body },
      ...(review === undefined ? {} : { reviewAtMs: review }),
      keyId: signingKey.keyId,
      signature: signingKey.sign(body),
    };
  }

  /** What goes with a new record, in its transaction. */
  #enter(row: ConsentRow, { guardian }: ConsentRequest): void {
    const { recordId, subjectId, noticeHash, givenAtMs, body } = row;
    const { subjects, registers } = this.#store;
    subjects.markNoticeSeen(subjectId, noticeHash, givenAtMs);
    if (guardian?.name !== undefined) {
      // Composed by `recordBody` a moment ago.
      const { pseudonym } = (JSON.parse(body) as { guardian: { pseudonym: string } }).guardian;
      subjects.setGuardian(subjectId, { pseudonym, name: guardian.name });
    }
    if (row.reviewAtMs !== undefined)
      registers.add('consent-review', { id: recordId, atMs: row.reviewAtMs, state: 'pending', subjectId, body: {} });
    if (guardian === undefined && subjects.require(subjectId).ageBand !== 'adult') {
      subjects.setAgeBand(subjectId, 'adult');
      this.#audit.append('subject.changed', { subjectId, ageBand: 'adult', because: '14th birthday' });
    }
  }
}

type Standing = 'runs' | Exclude<ConsentState['state'], 'valid' | 'notice-changed' | 'purpose-changed'>;

const isReviewed = (body: SignedConsent, nowMs: number): boolean =>
  (reviewAtMs(body) ?? Number.POSITIVE_INFINITY) <= nowMs;

/** Time to ask for a renewal: 30 days before the end, or in the last fifth of the period where that is shorter. */
export const isNearEnd = (
  { givenAtMs, expiresAtMs }: Pick<ConsentRow, 'givenAtMs' | 'expiresAtMs'>,
  nowMs: number,
): boolean => nowMs >= expiresAtMs - Math.min(renewalDays * dayMs, (expiresAtMs - givenAtMs) / 5);

const entryOf = ({ recordId, subjectId, noticeHash, expiresAtMs }: ConsentRow) => ({
  ...{ recordId, subjectId, noticeHash, expiresAtMs },
});

const consentOf = (row: ConsentRow): Consent => ({
  recordId: row.recordId,
  subjectId: row.subjectId,
  givenAtMs: row.givenAtMs,
  expiresAtMs: row.expiresAtMs,
  noticeHash: row.noticeHash,
});
