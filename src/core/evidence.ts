/** What a verification knows so far about the face in front of it; `decide` reads nothing else. */
import type { QualityReason } from './observation.js';

export type PadOutcome = 'bona-fide' | 'attack' | 'undecided';

export interface FaceEvidence {
  /** Frames of one and the same face whose probes are fused. */
  readonly usableFrames: number;
  /** The fused probe against the reference (or the gallery) at the policy's threshold; absent until it can decide. */
  readonly comparison?: { readonly match: boolean; readonly subjectId?: string };
  readonly pad: PadOutcome;
  /** Only where the site asks for an active challenge that was not met (yet). */
  readonly challenge?: 'open' | 'failed';
  readonly framesSeen: number;
  /** How often each reason made a frame unusable. */
  readonly reasons: Readonly<Partial<Record<QualityReason, number>>>;
  readonly cameraLive: boolean;
  readonly timedOut: boolean;
}

export interface EvidenceLimits {
  readonly minFrames: number;
  readonly maxFrames: number;
}
