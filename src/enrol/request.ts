import type { Config } from '../config/index.js';
import type { AuditPort, Clock, FaceGuide, Timers } from '../core/index.js';
import type { IdentificationGallery } from '../gallery/index.js';
import type { FacePolicy } from '../policy/index.js';
import type { Store } from '../store/index.js';
import type { Vision } from '../vision/index.js';

export interface EnrolmentRequest {
  readonly subjectId: string;
  readonly operatorId: string;
  /** Also take part in identification (1:N), where the site runs it and there is room. */
  readonly forIdentification: boolean;
  /** The operator has checked that a similar person enrolled before is somebody else (twins, chance); audited. */
  readonly confirmedDistinct: boolean;
  /** What the person did at the screen to begin it. */
  readonly act?: string;
}

/** Whoever shows the enrolment to the person, and may end it. */
export interface EnrolmentAudience {
  /** With every frame; geometry alone. */
  readonly onProgress?: (progress: {
    readonly frames: number;
    readonly wanted: number;
    readonly guide: FaceGuide;
  }) => void;
  /** The person thought better of it, or went away. */
  readonly signal?: AbortSignal;
}

/** The person's own wish after a pass with two factors; what was 1:N stays so. */
export interface RenewalRequest {
  readonly subjectId: string;
  readonly forIdentification: boolean;
  readonly fromModelId: string;
  /** The verification that was passed. */
  readonly verificationId: string;
  /** What the person did to ask for it. */
  readonly act: string;
  /** Whose API key carried it. */
  readonly callerId: string;
}

export interface EnrolmentResult {
  readonly subjectId: string;
  readonly consentId: string;
  readonly modelId: string;
  readonly frames: number;
  /** A former template of the person was destroyed for this one. */
  readonly replaced: boolean;
  /** `refused` says why 1:N was not possible; 1:1 goes on. */
  readonly identification:
    | { readonly state: 'not-requested' | 'enrolled' }
    | { readonly state: 'refused'; readonly reason: string };
}

export interface EnrolmentParts {
  readonly config: Config;
  readonly store: Store;
  readonly audit: AuditPort;
  readonly policy: FacePolicy;
  readonly vision: Vision | undefined;
  readonly gallery: () => IdentificationGallery | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Destroys a former template of the person with its key, before a new one is stored. */
  readonly replaceTemplate: (subjectId: string) => Promise<void>;
}
