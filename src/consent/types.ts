/** What the notice room and the configuration say is current; handed in, so that this room needs no other. */
export interface NoticeBinding {
  readonly hash: string;
  readonly materialHash: string;
  readonly purposeCode: string;
  readonly alternatives: readonly string[];
  readonly retentionDays: number;
  readonly minorsRules?: string;
  readonly deviceId: string;
  /** D5: law asks for written consent at this site. */
  readonly writtenRequired: boolean;
  /** Hash of the notice's text in a language, where there is one. */
  readonly textHash?: (language: string) => string | undefined;
}

export interface Guardian {
  /** The guardian's name: kept sealed with the person's profile, and gone with the person. Never in the record. */
  readonly name?: string;
  /** Left out: one is made, and used again for the same name. */
  readonly pseudonym?: string;
  readonly relationship: string;
  /** How the guardian's authority was checked. */
  readonly authorityCheckedBy: string;
  /** The child's 14th birthday, `YYYY-MM-DD`, when the consent comes up for review. */
  readonly reviewDate: string;
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
  /** Its end comes near (30 days before, or the last fifth of its period where that is shorter), or its review is due. */
  readonly due: boolean;
  /** No renewal reaches further: the site's period since the template was made. */
  readonly longestMs: number;
}

export type ConsentState =
  | { readonly state: 'valid'; readonly consent: Consent }
  | {
      readonly state:
        | 'none'
        | 'ended'
        | 'expired'
        | 'altered'
        | 'notice-changed'
        | 'purpose-changed'
        /** The child turned 14: the face waits for their own consent (M7.1). */
        | 'review-due';
    };
