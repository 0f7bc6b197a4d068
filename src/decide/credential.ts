import type { Verdict, VerificationMethod } from '../core/index.js';

export type CredentialOutcome =
  | { readonly outcome: 'accepted'; readonly subjectId: string }
  | { readonly outcome: 'rejected' }
  | { readonly outcome: 'locked-out' };

/** What a PIN or card amounts to. An expired person was erased or is refused before: here is only what was presented. */
export function decideCredential(method: Exclude<VerificationMethod, 'face'>, result: CredentialOutcome): Verdict {
  switch (result.outcome) {
    case 'accepted':
      return { decision: 'grant', method, reason: grantReasons[method], subjectId: result.subjectId };
    case 'rejected':
      return { decision: 'deny', method, reason: 'credential-rejected' };
    case 'locked-out':
      return { decision: 'deny', method, reason: 'locked-out' };
  }
}

const grantReasons = {
  pin: 'pin-accepted',
  card: 'card-accepted',
  'card+pin': 'card-and-pin-accepted',
} as const;
