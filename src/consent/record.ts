import { randomUUID } from 'node:crypto';
import { hash } from '../crypto/index.js';
import type { ConsentRow, Profile, Subject } from '../store/index.js';
import type { ConsentRequest, Guardian, NoticeBinding } from './types.js';

/** What a consent's record is made of. */
export interface RecordParts {
  readonly recordId: string;
  readonly request: ConsentRequest;
  readonly notice: NoticeBinding;
  readonly subject: Subject;
  readonly profile: Profile;
  readonly nowMs: number;
  readonly previous: ConsentRow | undefined;
}

/** Every field that the law's list asks for, to be signed; no name, no biometric. */
export function recordBody({ recordId, request, notice, subject, profile, nowMs, previous }: RecordParts) {
  const { guardian } = request;
  const textHash = notice.textHash?.(request.language);
  return {
    recordId,
    subjectId: subject.id,
    ageBand: guardian === undefined ? 'adult' : subject.ageBand,
    noticeHash: notice.hash,
    ...(textHash === undefined ? {} : { noticeTextHash: textHash }),
    materialHash: notice.materialHash,
    purpose: notice.purposeCode,
    separateAct: request.separateAct,
    writtenRequired: notice.writtenRequired,
    form: request.form,
    voluntaryStatement: request.voluntary,
    alternativesShown: notice.alternatives,
    language: request.language,
    accessMode: request.accessMode,
    timestamp: iso(nowMs),
    deviceId: notice.deviceId,
    operatorId: request.operatorId,
    transferConsent: false,
    expiry: iso(request.expiresAtMs),
    prevHash: previous === undefined ? null : hex(hash(previous.body)),
    ...(guardian === undefined
      ? {}
      : { guardian: guardianRecord(guardian, { notice, subject, profile, request, nowMs }) }),
  };
}

function guardianRecord(
  guardian: Guardian,
  {
    notice,
    subject,
    profile,
    request,
    nowMs,
  }: Pick<RecordParts, 'notice' | 'subject' | 'profile' | 'request' | 'nowMs'>,
) {
  const known = profile.guardian;
  const made = known !== undefined && known.name === guardian.name ? known.pseudonym : `g-${randomUUID()}`;
  return {
    pseudonym: guardian.pseudonym ?? made,
    relationship: guardian.relationship,
    authorityCheckedBy: guardian.authorityCheckedBy,
    minorPseudonym: subject.id,
    minorRulesHash: hex(hash(notice.minorsRules ?? '')),
    // The guardian's signature is their act: on paper where the form is written, by their own ticks at the screen.
    act: { form: request.form, accessMode: request.accessMode, at: iso(nowMs) },
    reviewDate: guardian.reviewDate,
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
