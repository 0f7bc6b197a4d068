import type { Decision, FaceGuide, Guidance, VerificationMethod } from '../core/index.js';
import type { Factor } from '../rules/index.js';

/** What a person did to start this; without one no face is looked at (invariant 4, D9). */
export interface Act {
  readonly kind: 'button' | 'touch' | 'card' | 'pin' | 'panel';
  /** The panel's own number of the act, for its records and ours. */
  readonly reference?: string;
}

/** Who the person says to be; the face then confirms one person (1:1). */
export type Claim =
  | { readonly subjectId: string }
  | { readonly cardNumber: string }
  | { readonly personNumber: string; readonly pin: string };

export interface VerificationRequest {
  readonly doorId: string;
  readonly purpose: string;
  readonly act?: Act;
  readonly claim?: Claim;
  /** Left out: everything that the site and the door offer. */
  readonly methods?: readonly VerificationMethod[];
  readonly timeoutMs?: number;
  readonly nonce: string;
  /** Who asks: wrong PINs are counted per door and caller. */
  readonly callerId?: string;
}

export interface VerificationView {
  readonly verificationId: string;
  readonly doorId: string;
  readonly state: 'waiting' | 'decided';
  /** Ways that are still open. */
  readonly methods: readonly VerificationMethod[];
  /** Why the face is not among them although it was asked for: the same word whether a person is unknown or did not consent. */
  readonly face:
    | 'in-progress'
    | 'not-requested'
    | 'face-not-available'
    | 'face-mode-off'
    | 'second-factor-required'
    | 'ended';
  /** From geometry, never from the picture. */
  readonly guidance?: Guidance;
  readonly cardAccepted: boolean;
  /** Something was shown and accepted, and the door's rules ask for more: any one of these. */
  readonly needs?: readonly Factor[];
  /** Everything here said yes; the panel that has the last word is asked, and until it answers nothing is open. */
  readonly awaiting?: 'panel';
  readonly startedAt: string;
  readonly expiresAt: string;
  readonly prompt: { readonly purpose: string; readonly alternatives: readonly string[] };
  readonly decision?: Decision;
  /** `due`: the person’s template is of another model, and they may ask for a renewal now, once. */
  readonly templateRenewal?: 'due' | 'running' | 'renewed' | 'failed';
}

/** A door as its own screen shows it. */
export interface DoorMoment {
  readonly view: VerificationView;
  /** Only while the person's act is running; never on the panels' API. */
  readonly guide?: FaceGuide;
  /** Monotonic. */
  readonly decidedAtMs?: number;
}

/**
 * Whether a request brings something besides the face. A PIN in a claim is checked before any frame is looked at; a
 * subject id is only a name, unless the act that carried it was showing a card.
 */
export function bringsSecondFactor({ act, claim }: VerificationRequest): boolean {
  if (claim === undefined) return false;
  return 'cardNumber' in claim || 'pin' in claim || act?.kind === 'card';
}

/** What a face match rests on: the face, and whatever named the person and was checked with it. */
export function factorsOfFace({ act, claim }: VerificationRequest): readonly Factor[] {
  if (claim === undefined) return ['face'];
  if ('pin' in claim) return ['pin', 'face'];
  return 'cardNumber' in claim || act?.kind === 'card' ? ['card', 'face'] : ['face'];
}
