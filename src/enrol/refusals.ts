import { MenshenError, type QualityReason } from '../core/index.js';
import type { PersonState } from '../policy/index.js';

type ConsentReason = Exclude<Extract<PersonState, { ready: false }>['reason'], 'not-enrolled'>;

const consentProblem: Readonly<Record<ConsentReason, string>> = {
  none: 'Show the current notice and record a separate consent first (M6.1).',
  ended: 'The consent was withdrawn. A new one is needed.',
  expired: 'The consent has run out. A new one is needed.',
  altered: 'The consent’s record does not match its signature. Keep the store for analysis and ask for a new consent.',
  'notice-changed': 'The notice has changed since. Show it to the person again (M5.6).',
  'purpose-changed': 'Purpose, method or kinds of data changed since. A new consent is needed (P14).',
  'review-due': 'The person has turned 14: the guardian’s consent waits for their own (M7.1). Record that.',
  'expired-person': 'The person’s record has run out. Add the person again.',
};

export const noConsent = (reason: ConsentReason): MenshenError =>
  new MenshenError('consent-required', consentProblem[reason]);

export function unusable(what: string, reasons: readonly QualityReason[]): MenshenError {
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  return new MenshenError(
    'enrolment-failed',
    `${what} gave no usable picture of one face${why}. Mend that and try again.`,
  );
}

export const notOnePerson = (): MenshenError =>
  new MenshenError('enrolment-failed', 'The pictures do not show one and the same person. Enrol people one at a time.');

export const suspectedAttack = (): MenshenError =>
  new MenshenError(
    'enrolment-failed',
    'The camera saw a suspected presentation attack (a picture of a picture). The person must stand there themselves.',
  );

export const duplicate = (): MenshenError =>
  new MenshenError(
    'duplicate-face',
    'This face is enrolled as another person already; the audit names the record. Erase one of the two, or confirm that they are two people (confirmedDistinct).',
  );

export const cancelled = (): MenshenError =>
  new MenshenError('enrolment-cancelled', 'The enrolment was ended before it was done. Nothing was kept.');
