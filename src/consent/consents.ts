import { randomUUID } from 'node:crypto';
import { type AuditPort, type Clock, MenshenError } from '../core/index.js';
import { canonicalJson, hash, verifySignature } from '../crypto/index.js';
import type { ConsentRow, Store, Subject } from '../store/index.js';

/** What the notice room says is current; handed in, so that this room needs no other. */
export interface NoticeBinding {
  readonly hash: string;
  readonly materialHash: string;
  readonly purposeCode: string;
  readonly alternatives: readonly string[];
  readonly retentionDays: number;
  readonly minorsRules?: string;
}

export interface Guardian {
  /** The guardian's name: kept sealed with the person's profile, and gone with the person. Never in the record. */
  readonly name?: string;
  /** Left out: one is made. */
  readonly pseudonym?: string;
  readonly relationship: string;
  /** How the guardian's authority was checked. */
  readonly authorityCheckedBy: string;
  /** The child's 14th birthday, when the consent comes up for review. */
  readonly reviewDate: string;
}

/** Who spoke for the person, as the record tells it. */
interface GuardianRecord {
  readonly pseudonym: string;
  readonly relationship: string;
  readonly authorityCheckedBy: string;
  readonly reviewDate: string;
  readonly minorRulesHash: string;
}

export interface ConsentRequest {
  readonly subjectId: string;
  readonly noticeHash: string;
  readonly expiresAtMs: number;
  readonly language: string;
  readonly accessMode: 'screen' | 'operator' | 'paper';
  readonly form: 'electronic' | 'written';
  readonly operatorId: string;
  /** The person said yes to this alone, freely, with the alternatives in view. Anything but true is refused. */
  readonly separateAct: boolean;
  readonly voluntary: boolean;
  readonly alternativesShown: boolean;
  readonly guardian?: Guardian;
}

export interface Consent {
  readonly recordId: string;
  readonly subjectId: string;
  readonly givenAtMs: number;
  readonly expiresAtMs: number;
  readonly noticeHash: string;
}

export interface RenewableConsent {
  readonly recordId: string;
  readonly expiresAtMs: number;
  /** Its end comes near: 30 days before, or the last fifth of its period where that is shorter. */
  readonly nearEnd: boolean;
  /** No renewal reaches further: the site's period since the template was made. */
  readonly longestMs: number;
}

export type ConsentState =
  | { readonly state: 'valid'; readonly consent: Consent }
  | { readonly state: 'none' | 'ended' | 'expired' | 'altered' | 'notice-changed' | 'purpose-changed' };

/** What the row's columns must agree with. */
interface SignedConsent {
  readonly recordId: string;
  readonly subjectId: string;
  readonly noticeHash: string;
  readonly materialHash: string;
  readonly expiry: string;
}

const dayMs = 86_400_000;

/** Consent records: signed, chained, never a picture or a template. */
export class ConsentRegister {
  readonly #store: Store;
  readonly #audit: AuditPort;
  readonly #clock: Clock;

  constructor(store: Store, audit: AuditPort, clock: Clock) {
    this.#store = store;
    this.#audit = audit;
    this.#clock = clock;
  }

  /**
   * Records a consent to the current notice.
   *
   * @throws MenshenError `notice-outdated`, `consent-required` (not separate or not free), `guardian-required`, `expiry-invalid`.
   */
  give(request: ConsentRequest, notice: NoticeBinding): Consent {
    const subject = this.#store.subjects.require(request.subjectId);
    const nowMs = Math.round(this.#clock.wallMs());
    checkConsent(request, notice, subject, nowMs);
    const row = this.#signed(request, notice, subject, nowMs);
    this.#store.transaction(() => {
      this.#store.consents.endAll(subject.id, 'superseded', nowMs);
      this.#store.consents.add(row);
      this.#store.subjects.markNoticeSeen(subject.id, notice.hash, nowMs);
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
    const subject = this.#store.subjects.require(request.subjectId);
    const nowMs = Math.round(this.#clock.wallMs());
    checkConsent(request, notice, subject, nowMs);
    const former = this.renewable(subject.id, notice);
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
    const row = this.#signed(request, notice, subject, nowMs);
    this.#store.transaction(() => {
      this.#store.consents.add(row);
      const templates = this.#store.templates.rebind(subject.id, former.recordId, row.recordId);
      this.#store.consents.end(former.recordId, 'superseded', nowMs);
      this.#store.subjects.markNoticeSeen(subject.id, notice.hash, nowMs);
      this.#audit.append('consent.renewed', { ...entryOf(row), supersedes: former.recordId, templates });
    });
    return consentOf(row);
  }

  /** The running consent that a renewal would replace; undefined where only a new consent and enrolment help. */
  renewable(subjectId: string, notice: NoticeBinding): RenewableConsent | undefined {
    const { state } = this.state(subjectId, notice);
    if (state !== 'valid' && state !== 'notice-changed') return undefined;
    const row = this.#store.consents.ofSubject(subjectId).at(-1);
    if (row === undefined) return undefined;
    const made = this.#store.templates.allOf(subjectId).map(({ createdAtMs }) => createdAtMs);
    const nowMs = this.#clock.wallMs();
    const longestMs = Math.min(nowMs, ...made) + notice.retentionDays * dayMs;
    return { recordId: row.recordId, expiresAtMs: row.expiresAtMs, nearEnd: isNearEnd(row, nowMs), longestMs };
  }

  #signed(request: ConsentRequest, notice: NoticeBinding, subject: Subject, nowMs: number): ConsentRow {
    const previous = this.#store.consents.ofSubject(subject.id).at(-1);
    const recordId = `c-${randomUUID()}`;
    const body = canonicalJson(recordBody(recordId, request, notice, subject, nowMs, previous));
    return {
      ...{ recordId, subjectId: subject.id, noticeHash: notice.hash },
      ...{ givenAtMs: nowMs, expiresAtMs: request.expiresAtMs, body },
      keyId: this.#store.signingKey.keyId,
      signature: this.#store.signingKey.sign(body),
    };
  }

  /** Whether the person's face may be used now, under the current notice. */
  state(subjectId: string, notice: NoticeBinding): ConsentState {
    const row = this.#store.consents.ofSubject(subjectId).at(-1);
    if (row === undefined) return { state: 'none' };
    if (row.endedAtMs !== undefined) return { state: 'ended' };
    if (row.expiresAtMs <= this.#clock.wallMs()) return { state: 'expired' };
    const body = this.#signedBody(row);
    if (body === undefined) return { state: 'altered' };
    if (body.materialHash !== notice.materialHash) return { state: 'purpose-changed' };
    if (!this.#store.subjects.noticeSeen(subjectId, notice.hash)) return { state: 'notice-changed' };
    return { state: 'valid', consent: consentOf(row) };
  }

  /** The record as it was signed, or undefined when the row says something else than it. */
  #signedBody(row: ConsentRow): SignedConsent | undefined {
    if (!verifySignature(this.#store.signingKey.publicKey, row.body, row.signature)) return undefined;
    // Signed by this device, so written by `give`.
    const body = JSON.parse(row.body) as SignedConsent;
    const same =
      body.recordId === row.recordId &&
      body.subjectId === row.subjectId &&
      body.noticeHash === row.noticeHash &&
      Date.parse(body.expiry) === row.expiresAtMs;
    return same ? body : undefined;
  }

  /** The person has seen the current notice again (M5.6): the face mode that a change suspended comes back. */
  noticeShown(subjectId: string, notice: NoticeBinding): void {
    this.#store.subjects.require(subjectId);
    this.#store.transaction(() => {
      this.#store.subjects.markNoticeSeen(subjectId, notice.hash, Math.round(this.#clock.wallMs()));
      this.#audit.append('notice.shown', { subjectId, noticeHash: notice.hash });
    });
  }
}

const renewalDays = 30;

const isNearEnd = ({ givenAtMs, expiresAtMs }: ConsentRow, nowMs: number): boolean =>
  nowMs >= expiresAtMs - Math.min(renewalDays * dayMs, (expiresAtMs - givenAtMs) / 5);

const entryOf = ({ recordId, subjectId, noticeHash, expiresAtMs }: ConsentRow) => ({
  ...{ recordId, subjectId, noticeHash, expiresAtMs },
});

function checkConsent(request: ConsentRequest, notice: NoticeBinding, subject: Subject, nowMs: number): void {
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
  // Written so that what is no number is refused too.
  if (!(request.expiresAtMs > nowMs && request.expiresAtMs <= nowMs + notice.retentionDays * dayMs)) {
    throw new MenshenError(
      'expiry-invalid',
      `State an expiry in the future and within ${notice.retentionDays} days, as the notice says.`,
    );
  }
  if (subject.ageBand === 'adult') return;
  if (request.guardian === undefined) {
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
}

function recordBody(
  recordId: string,
  request: ConsentRequest,
  notice: NoticeBinding,
  subject: Subject,
  nowMs: number,
  previous: ConsentRow | undefined,
) {
  const { guardian } = request;
  return {
    recordId,
    subjectId: subject.id,
    ageBand: subject.ageBand,
    noticeHash: notice.hash,
    materialHash: notice.materialHash,
    purpose: notice.purposeCode,
    separateAct: request.separateAct,
    form: request.form,
    voluntaryStatement: request.voluntary,
    alternativesShown: notice.alternatives,
    language: request.language,
    accessMode: request.accessMode,
    timestamp: new Date(nowMs).toISOString(),
    operatorId: request.operatorId,
    transferConsent: false,
    expiry: new Date(request.expiresAtMs).toISOString(),
    prevHash: previous === undefined ? null : Buffer.from(hash(previous.body)).toString('hex'),
    ...(guardian === undefined ? {} : { guardian: guardianRecord(guardian, notice) }),
  };
}

function guardianRecord({ name: _sealed, ...guardian }: Guardian, notice: NoticeBinding): GuardianRecord {
  return {
    ...guardian,
    pseudonym: guardian.pseudonym ?? `g-${randomUUID()}`,
    minorRulesHash: Buffer.from(hash(notice.minorsRules ?? '')).toString('hex'),
  };
}

const consentOf = (row: ConsentRow): Consent => ({
  recordId: row.recordId,
  subjectId: row.subjectId,
  givenAtMs: row.givenAtMs,
  expiresAtMs: row.expiresAtMs,
  noticeHash: row.noticeHash,
});
