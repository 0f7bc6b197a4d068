/** What a person and the service say to each other in a visit; the screen's contract has the same shapes. */
import type { ConsentState } from '../consent/index.js';
import type { AgeBand } from '../store/index.js';

export type VisitProof =
  | { readonly kind: 'card'; readonly cardNumber: string; readonly pin?: string }
  | { readonly kind: 'pin'; readonly personNumber: string; readonly pin: string }
  | { readonly kind: 'face'; readonly claim?: { readonly cardNumber: string } }
  | { readonly kind: 'enrolment-code'; readonly code: string };

export type ProvedBy = 'card' | 'card+pin' | 'pin' | 'face' | 'enrolment-code';

export type VisitAct =
  | 'consent'
  | 'enrol'
  | 'acknowledge-notice'
  | 'renew-consent'
  | 'withdraw'
  | 'see-data'
  | 'set-pin'
  | 'add-card';

export interface VisitView {
  readonly visitId: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  readonly provedBy: ProvedBy;
  readonly may: readonly VisitAct[];
  readonly person: VisitPerson;
}

export interface VisitPerson {
  readonly ageBand: AgeBand;
  readonly guardianNeeded: boolean;
  readonly consent: ConsentState['state'];
  readonly consentExpiresAt?: string;
  /** Of the consent that stands; its record is a receipt. */
  readonly consentId?: string;
  readonly faceEnrolled: boolean;
  readonly hasPin: boolean;
  readonly cards: number;
}

/** The person's own ticks on the consent's own screen. */
export interface VisitConsent {
  readonly noticeHash: string;
  readonly language: string;
  readonly separateAct: boolean;
  readonly voluntary: boolean;
  readonly alternativesShown: boolean;
  readonly days: number;
  readonly guardian?: {
    readonly name: string;
    readonly relationship: string;
    /** `YYYY-MM-DD`. */
    readonly reviewDate: string;
  };
}

export interface Line {
  readonly label: string;
  readonly text: string;
}

export interface ReceiptView {
  readonly receiptId: string;
  readonly kind: string;
  /** ISO 8601. */
  readonly at: string;
  readonly lines: readonly Line[];
  readonly signed: string;
}

export interface OwnData {
  /** ISO 8601. */
  readonly madeAt: string;
  readonly sections: readonly { readonly heading: string; readonly rows: readonly Line[] }[];
}
