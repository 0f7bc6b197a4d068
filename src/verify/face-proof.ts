import { facesGoToStaff } from '../config/index.js';
import {
  type AuditPort,
  type Clock,
  type FaceGuide,
  type Logger,
  MenshenError,
  type Randomness,
  type TimerHandle,
  type Timers,
  type Verdict,
} from '../core/index.js';
import { normalCardNumber } from '../credentials/index.js';
import { padFusionMode } from '../policy/index.js';
import type { Store } from '../store/index.js';
import type { PackFacts, Vision } from '../vision/index.js';
import { FaceWalk, type Reference } from './face-walk.js';
import { cameraAtFault, cameraDown, type ReferenceParts, referenceFor } from './reference.js';
import type { SessionBook } from './session-book.js';

export interface FaceProofRequest {
  /** The door whose camera looks; it stays shut. */
  readonly doorId: string;
  /** Where the site verifies 1:1: whose face it should be. */
  readonly claim?: { readonly cardNumber: string };
}

export interface FaceProofParts extends ReferenceParts {
  readonly store: Store;
  readonly audit: AuditPort;
  readonly vision: Vision | undefined;
  readonly book: SessionBook;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly randomness: Randomness;
  readonly logger: Logger;
}

interface Running {
  readonly expiresAtMs: number;
  readonly end: (verdict: Verdict) => void;
  guide: FaceGuide | undefined;
}

/**
 * Somebody shows their face to prove who they are, for their own matters: the walk, the policy and the attack detection
 * are those of a verification, and there is neither a door nor a decision that could open one.
 */
export class FaceProofs {
  readonly #parts: FaceProofParts;
  readonly #running = new Map<string, Running>();

  constructor(parts: FaceProofParts) {
    this.#parts = parts;
  }

  /**
   * Looks until the evidence decides, at most as long as a verification. What came of it is on record before it is told.
   *
   * @returns the person's id, or undefined when it is nobody's face, not the claimed one, or cannot be told.
   * @throws MenshenError `door-unknown`, `method-not-allowed`, `face-mode-off`, `camera-unavailable`, `camera-busy`.
   */
  async prove(request: FaceProofRequest): Promise<string | undefined> {
    const { clock } = this.#parts;
    const startedAtMs = clock.monotonicMs();
    const { cameraId, vision, facts } = this.#eyes(request);
    const claimed = request.claim !== undefined;
    const reference = referenceFor(this.#parts, { claimed, subjectId: this.#claimedSubject(request) });
    const seen: Seen =
      reference === undefined
        ? { verdict: { decision: 'use-alternative', method: 'face', reason: 'face-not-available' } }
        : await this.#look(request.doorId, { cameraId, vision, facts, reference, startedAtMs });
    const subjectId = this.#stillHolds(seen.verdict, cameraId) ? seen.verdict.subjectId : undefined;
    const entry = {
      doorId: request.doorId,
      claimed,
      ...(seen.padReport === undefined ? {} : { attackDetection: seen.padReport, bystanders: seen.bystanders }),
      durationMs: Math.round(clock.monotonicMs() - startedAtMs),
    };
    if (subjectId !== undefined) this.#parts.audit.append('visit.face-proved', { ...entry, subjectId });
    else this.#parts.audit.append('visit.face-refused', { ...entry, reason: reasonOf(seen.verdict) });
    return subjectId;
  }

  /** What a door's screen draws while it runs. */
  at(doorId: string): { readonly guide?: FaceGuide; readonly expiresAtMs: number } | undefined {
    const running = this.#running.get(doorId);
    if (running === undefined) return undefined;
    const { guide, expiresAtMs } = running;
    return { expiresAtMs, ...(guide === undefined ? {} : { guide }) };
  }

  /** The person thought better of it, or went away. */
  cancel(doorId: string): void {
    this.#running.get(doorId)?.end({ decision: 'deny', method: 'face', reason: 'cancelled' });
  }

  close(): void {
    for (const doorId of [...this.#running.keys()]) this.cancel(doorId);
  }

  /** Everything that must hold before a frame is looked at (invariant 2). */
  #eyes({ doorId, claim }: FaceProofRequest): { cameraId: string; vision: Vision; facts: PackFacts } {
    const { config, policy, vision, book } = this.#parts;
    const door = config.doors.find(({ id }) => id === doorId);
    if (door === undefined) throw new MenshenError('door-unknown', `There is no door ${doorId}.`);
    const nameless = claim === undefined && (config.face.method === '1:1' || config.face.secondFactor !== 'none');
    // Where a face is only auxiliary (D12, D16) it is no proof by itself either.
    if (door.camera === undefined || nameless || facesGoToStaff(config))
      throw new MenshenError('method-not-allowed', 'The face alone proves nobody here. Use a card or a PIN.');
    const mode = policy.site();
    if (!mode.on) throw new MenshenError('face-mode-off', `${mode.detail}. Card and PIN work.`);
    const facts = vision?.facts();
    if (vision === undefined || facts === undefined || cameraDown(vision, door.camera))
      throw new MenshenError('camera-unavailable', 'The camera gives no pictures now. Card and PIN work.');
    book.checkCameraFree(door.camera);
    return { cameraId: door.camera, vision, facts };
  }

  #claimedSubject({ claim }: FaceProofRequest): string | undefined {
    return claim === undefined
      ? undefined
      : this.#parts.store.credentials.cardHolder(normalCardNumber(claim.cardNumber));
  }

  #look(doorId: string, looking: Looking): Promise<Seen> {
    const { config, timers, clock, book } = this.#parts;
    const { defaultTimeoutMs } = config.verification;
    return new Promise((resolve, reject) => {
      let timer: TimerHandle | undefined;
      const over = (finish: () => void) => {
        timer?.cancel();
        this.#running.delete(doorId);
        book.changedAt(doorId);
        finish();
      };
      const ended = (verdict: Verdict) => {
        const { padReport, bystanders } = walk;
        walk.abandon();
        over(() => resolve({ verdict, padReport, bystanders }));
      };
      const running: Running = { expiresAtMs: clock.wallMs() + defaultTimeoutMs, end: ended, guide: undefined };
      // Throws `camera-busy` before anything is set up.
      const walk = this.#walk(looking, {
        onVerdict: ended,
        onFault: (thrown) => over(() => reject(this.#fault(thrown))),
        onGuide: (guide) => {
          running.guide = guide;
          book.changedAt(doorId);
        },
      });
      timer = timers.after(defaultTimeoutMs, () => {
        try {
          ended(walk.timeOut());
        } catch (thrown) {
          over(() => reject(this.#fault(thrown)));
        }
      });
      this.#running.set(doorId, running);
      book.changedAt(doorId);
    });
  }

  #walk({ cameraId, vision, facts, reference, startedAtMs }: Looking, on: Listening): FaceWalk {
    const { config, store, randomness } = this.#parts;
    return new FaceWalk({
      ...{ vision, facts, store, reference, cameraId, startedAtMs },
      limits: config.face,
      padMode: padFusionMode(config),
      ...(config.face.activeChallenge === 'on' ? { challengeRandomness: randomness } : {}),
      ...on,
    });
  }

  /** What held at the start must hold now, as before a grant. */
  #stillHolds({ decision, subjectId }: Verdict, cameraId: string): boolean {
    const { policy, vision } = this.#parts;
    if (decision !== 'grant' || subjectId === undefined || cameraAtFault(vision, cameraId)) return false;
    return policy.site().on && policy.person(subjectId).ready;
  }

  #fault(cause: unknown): MenshenError {
    this.#parts.logger.log('error', 'face-proof.fault', { message: String(cause) });
    return new MenshenError('internal', 'the face proof failed', { cause });
  }
}

interface Looking {
  readonly cameraId: string;
  readonly vision: Vision;
  readonly facts: PackFacts;
  readonly reference: Reference;
  readonly startedAtMs: number;
}

interface Listening {
  readonly onVerdict: (verdict: Verdict) => void;
  readonly onFault: (thrown: unknown) => void;
  readonly onGuide: (guide: FaceGuide) => void;
}

interface Seen {
  readonly verdict: Verdict;
  readonly padReport?: string;
  /** Most faces outside the capture zone in one frame: dropped at detection (M13.2, D18). */
  readonly bystanders?: number;
}

/** A match that no longer counted is told as what it came to. */
const reasonOf = ({ decision, reason }: Verdict): string => (decision === 'grant' ? 'face-not-available' : reason);
