/** The gate's answer and the closed list of its reasons. */

export const verificationMethods = ['face', 'pin', 'card', 'card+pin'] as const;
export type VerificationMethod = (typeof verificationMethods)[number];
/** What a decision can rest on; a face with a card or a PIN only where door rules ask for factors; `staff` is a person’s review of a face match (D12), and nobody can ask for it. */
export type DecisionMethod = VerificationMethod | 'card+face' | 'pin+face' | 'staff' | 'none';

export const decisionReasons = [
  // grant
  'face-match',
  'pin-accepted',
  'card-accepted',
  'card-and-pin-accepted',
  'staff-granted',
  // grant: the panel that has the last word is away, and the site's rule for that lets this person pass
  'panel-away-granted',
  // deny
  'face-non-match',
  'presentation-attack-suspected',
  'credential-rejected',
  'locked-out',
  'staff-denied',
  'cancelled',
  'timed-out',
  'audit-unavailable',
  'internal-fault',
  // deny: who it is was shown, and the door rules say no
  'door-locked-down',
  'door-not-allowed',
  'outside-schedule',
  'clock-not-trusted',
  'more-factors-needed',
  'anti-passback',
  'second-person-awaited',
  // deny: everything here said yes, and the panel that has the last word did not
  'panel-refused',
  'panel-away',
  // use-alternative: the face could not be used; card and PIN go on
  'face-not-available',
  'second-factor-required',
  'face-mode-off',
  'no-face-seen',
  'several-faces',
  'face-quality-too-low',
  'presentation-attack-undecided',
  'camera-unavailable',
  // a face matched, and staff decide (D12, D16)
  'manual-review',
] as const;
export type DecisionReason = (typeof decisionReasons)[number];

export type DecisionKind = 'grant' | 'deny' | 'use-alternative';
export type TerminalMode = 'live' | 'demonstration';

/** What a verification ended with, before it is recorded and signed. */
export interface Verdict {
  readonly decision: DecisionKind;
  readonly method: DecisionMethod;
  readonly reason: DecisionReason;
  readonly subjectId?: string;
}

/** The signed answer to a panel. `signature` is Ed25519 over the canonical JSON (RFC 8785) of every other field. */
export interface Decision extends Verdict {
  readonly verificationId: string;
  readonly deviceId: string;
  readonly doorId: string;
  /** Per-device, without gaps; the same number as the event's. */
  readonly serial: number;
  /** ISO 8601, UTC. */
  readonly decidedAt: string;
  readonly expiresAt: string;
  readonly nonce: string;
  readonly mode: TerminalMode;
  readonly keyId: string;
  readonly signature: string;
}
