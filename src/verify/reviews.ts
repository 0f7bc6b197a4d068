import { randomUUID } from 'node:crypto';
import { type Config, facesGoToStaff } from '../config/index.js';
import { type Clock, type Decision, MenshenError, type Verdict } from '../core/index.js';
import type { DoorAnswer, DoorPermits } from '../doors/index.js';
import type { FacePolicy } from '../policy/index.js';
import type { Factor } from '../rules/index.js';
import type { RegisterEntry, Store } from '../store/index.js';
import type { DecisionRecorder, RecordOptions } from './record.js';
import type { Session } from './session.js';

/** A face match that waits for a member of staff, who looks at the person. */
export interface Review {
  readonly reviewId: string;
  readonly state: 'waiting' | 'decided' | 'lapsed';
  readonly verificationId: string;
  readonly doorId: string;
  readonly subjectId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly expiresAt: string;
  readonly decision?: 'grant' | 'deny';
  readonly decidedBy?: string;
}

export interface ReviewParts {
  readonly config: Config;
  readonly store: Store;
  readonly policy: FacePolicy;
  readonly doors: DoorPermits;
  readonly recorder: DecisionRecorder;
  readonly clock: Clock;
}

interface Waiting {
  /** Monotonic: a clock that is set back gives nobody more time. */
  readonly untilMs: number;
  readonly startedAtMs: number;
}

/**
 * Where major interests are at stake (D12) or secrecy law applies (D16) a face match is never the final answer: it waits
 * here for a member of staff, as long as the decision that says so is valid. PIN and card are as final as anywhere.
 */
export class ReviewDesk {
  readonly #parts: ReviewParts;
  /** Reviews of this run; those of a former one have lapsed, whatever the register says. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(parts: ReviewParts) {
    this.#parts = parts;
  }

  get required(): boolean {
    return facesGoToStaff(this.#parts.config);
  }

  /** For the decision that opens a review: how long it is valid, and the review itself, in the decision's transaction. */
  opening(session: Session, subjectId: string, factors: readonly Factor[]): RecordOptions {
    const { clock, config, store } = this.#parts;
    const validMs = config.verification.reviewValidMs;
    const reviewId = `review-${randomUUID()}`;
    return {
      validMs,
      more: { reviewId },
      within: ({ verificationId, doorId, nonce, decidedAt, expiresAt }) => {
        const act = session.request.act?.kind ?? 'none';
        const body = { verificationId, doorId, nonce, act, claimed: session.claimed, factors, expiresAt };
        store.registers.add('staff-review', {
          id: reviewId,
          atMs: Date.parse(decidedAt),
          state: 'waiting',
          subjectId,
          body,
        });
        const startedAtMs = clock.monotonicMs();
        this.#forget(startedAtMs);
        this.#waiting.set(reviewId, { startedAtMs, untilMs: startedAtMs + validMs });
      },
    };
  }

  /** Newest first; a review whose time is over is lapsed. */
  list(): Review[] {
    this.#lapse();
    return this.#parts.store.registers.list('staff-review').map(reviewOf);
  }

  /**
   * Staff’s answer: the final decision, signed and recorded with method `staff`. A grant counts only while everything
   * that a face needs still holds for that person.
   *
   * @throws MenshenError `not-found`, `verification-ended` (decided before, or too late), `conflict`.
   */
  decide(reviewId: string, answer: 'grant' | 'deny', by: string): Decision {
    const { store, recorder, clock } = this.#parts;
    this.#lapse();
    const entry = store.registers.get('staff-review', reviewId);
    if (entry === undefined) throw new MenshenError('not-found', 'There is no such review.');
    const waiting = this.#waiting.get(reviewId);
    if (waiting === undefined) {
      throw new MenshenError(
        'verification-ended',
        entry.state === 'decided'
          ? 'Staff decided this before.'
          : 'The time for this review is over. The person may begin again, or use PIN or card.',
      );
    }
    const { verificationId, doorId, nonce, act, claimed, subjectId, factors } = contentOf(entry);
    const door = answer === 'grant' ? this.#checkStillHolds(doorId, subjectId, factors) : undefined;
    const verdict = verdictOf(door, subjectId);
    const durationMs = clock.monotonicMs() - waiting.startedAtMs;
    const decision = recorder.record(
      verdict,
      { ...{ verificationId, doorId, nonce, act, claimed }, durationMs },
      {
        more: { ...door?.note.more, reviewId, decidedBy: by },
        within: (decided) => {
          door?.note.within?.(decided);
          store.registers.update('staff-review', reviewId, 'decided', {
            ...entry.body,
            decision: answer,
            decidedBy: by,
          });
        },
      },
    );
    // Not recorded, not decided: it may be tried again while there is time.
    if (decision.serial !== 0) this.#waiting.delete(reviewId);
    return decision;
  }

  #checkStillHolds(doorId: string, subjectId: string, factors: readonly Factor[]): Answered {
    const { policy, doors } = this.#parts;
    const site = policy.site();
    const ready = site.on && policy.person(subjectId).ready;
    const door = ready ? doors.ask({ doorId, subjectId, factors }) : undefined;
    if (door?.outcome === 'pass') return door;
    if (door?.outcome === 'refuse' && door.reason === 'second-person-awaited') return door;
    const ofDoor = door?.outcome === 'refuse' ? door.reason : 'that person’s consent or enrolment';
    throw new MenshenError(
      'conflict',
      `What held when the face matched holds no longer (${site.on ? ofDoor : site.detail}). Let the person use PIN or card.`,
    );
  }

  #forget(nowMs: number): void {
    for (const [id, { untilMs }] of this.#waiting) if (nowMs >= untilMs) this.#waiting.delete(id);
  }

  #lapse(): void {
    const { store, clock } = this.#parts;
    this.#forget(clock.monotonicMs());
    for (const { id, body } of store.registers.list('staff-review', { state: 'waiting' }))
      if (!this.#waiting.has(id)) store.registers.update('staff-review', id, 'lapsed', body);
  }
}

type Answered = Exclude<DoorAnswer, { outcome: 'more' }>;

/** Of two persons the first waits for the second, also when staff let them. @param door undefined: staff say no. */
function verdictOf(door: Answered | undefined, subjectId: string): Verdict {
  if (door === undefined) return { decision: 'deny', method: 'staff', reason: 'staff-denied' };
  return door.outcome === 'pass'
    ? { decision: 'grant', method: 'staff', reason: 'staff-granted', subjectId }
    : { decision: 'deny', method: 'staff', reason: door.reason, subjectId };
}

interface Content {
  readonly verificationId: string;
  readonly doorId: string;
  readonly nonce: string;
  readonly act: string;
  readonly claimed: boolean;
  readonly factors: readonly Factor[];
  readonly expiresAt: string;
  readonly subjectId: string;
  readonly decision?: 'grant' | 'deny';
  readonly decidedBy?: string;
}

/** Written by this class alone. */
const contentOf = ({ body, subjectId = 'unknown' }: RegisterEntry): Content =>
  ({ ...body, subjectId }) as unknown as Content;

function reviewOf(entry: RegisterEntry): Review {
  const { verificationId, doorId, subjectId, expiresAt, decision, decidedBy } = contentOf(entry);
  return {
    reviewId: entry.id,
    state: entry.state === 'waiting' || entry.state === 'decided' ? entry.state : 'lapsed',
    ...{ verificationId, doorId, subjectId, expiresAt },
    startedAt: new Date(entry.atMs).toISOString(),
    ...(decision === undefined ? {} : { decision }),
    ...(decidedBy === undefined ? {} : { decidedBy }),
  };
}
