import type { Config } from '../config/index.js';
import { MenshenError, type Randomness, type Verdict } from '../core/index.js';
import { normalCardNumber, type PinChecker, type PinPlace } from '../credentials/index.js';
import type { CredentialOutcome } from '../decide/index.js';
import type { IdentificationGallery } from '../gallery/index.js';
import { type FacePolicy, padFusionMode } from '../policy/index.js';
import type { Factor } from '../rules/index.js';
import type { Store } from '../store/index.js';
import type { Vision } from '../vision/index.js';
import { FaceWalk } from './face-walk.js';
import { cameraAtFault, cameraDown, referenceFor } from './reference.js';
import { bringsSecondFactor, type Claim, factorsOfFace } from './request.js';
import type { Session } from './session.js';
import type { SessionBook } from './session-book.js';

export interface FaceEntryParts {
  readonly config: Config;
  readonly store: Store;
  readonly policy: FacePolicy;
  readonly pins: PinChecker;
  readonly vision: Vision | undefined;
  readonly gallery: () => IdentificationGallery | undefined;
  readonly book: SessionBook;
  /** What becomes of a verdict at its door. */
  readonly settle: (session: Session, verdict: Verdict, factors: readonly Factor[]) => void;
  readonly randomness: Randomness;
  readonly onFault: (session: Session, thrown: unknown) => void;
}

/** The face's way in: everything the law asks is looked at before a frame is, and again before a grant (invariant 2). */
export class FaceEntry {
  readonly #parts: FaceEntryParts;

  constructor(parts: FaceEntryParts) {
    this.#parts = parts;
  }

  /** Begins to look, or takes the face out of the session's methods when it cannot be used. */
  async begin(session: Session): Promise<CredentialOutcome | undefined> {
    if (this.#parts.config.face.secondFactor === 'card-or-pin' && !bringsSecondFactor(session.request)) {
      this.#withoutFace(session, 'second-factor-required');
      return undefined;
    }
    const claimed = await this.#claimedSubject(session.request.claim, placeOf(session));
    if (claimed !== undefined && claimed.outcome !== 'accepted') return claimed;
    if (session.decision !== undefined) return undefined;
    if (this.#parts.policy.site().on) this.#look(session, claimed?.subjectId);
    else this.#withoutFace(session, 'face-mode-off');
    return undefined;
  }

  /** A verdict of the face: a grant counts only if what held at the start holds now. */
  conclude(session: Session, verdict: Verdict): void {
    if (session.decision !== undefined) return;
    session.face = 'ended';
    // A PIN is being checked: its decision carries what the face came to, and without one the face decides.
    if (session.checking) {
      session.pendingFace = verdict;
      return;
    }
    const holds = verdict.decision !== 'grant' || this.#stillHolds(session, verdict);
    const alternative = { decision: 'use-alternative', method: 'face', reason: 'face-not-available' } as const;
    this.#parts.settle(session, holds ? verdict : alternative, factorsOfFace(session.request));
  }

  /**
   * Looks at somebody whom a card or PIN named in this verification, where the door asks for one more factor. Everything
   * that holds for a claim holds here.
   *
   * @returns false when the face cannot be used: other ways are open.
   */
  join(session: Session, subjectId: string, cameraId: string): boolean {
    const { book, policy } = this.#parts;
    if (session.face !== 'not-requested' || book.cameraUser(cameraId) !== undefined || !policy.site().on) return false;
    session.cameraId = cameraId;
    session.claimed = true;
    this.#look(session, subjectId);
    return session.walk !== undefined;
  }

  #stillHolds(session: Session, { subjectId }: Verdict): boolean {
    const { policy } = this.#parts;
    if (cameraAtFault(this.#parts.vision, session.cameraId) || !policy.site().on) return false;
    return subjectId !== undefined && this.#cardStillNames(session, subjectId) && policy.person(subjectId).ready;
  }

  /** A card that was taken away while the camera looked is no second factor any more. */
  #cardStillNames({ request: { claim } }: Session, subjectId: string): boolean {
    if (claim === undefined || !('cardNumber' in claim)) return true;
    return this.#parts.store.credentials.cardHolder(normalCardNumber(claim.cardNumber)) === subjectId;
  }

  #look(session: Session, subjectId: string | undefined): void {
    const { vision, store, config, book, randomness } = this.#parts;
    const reference = referenceFor(this.#parts, { claimed: session.claimed, subjectId });
    const facts = vision?.facts();
    if (reference === undefined || vision === undefined || facts === undefined || session.cameraId === undefined) {
      this.#withoutFace(session, 'face-not-available');
      return;
    }
    if (cameraDown(vision, session.cameraId)) {
      this.#withoutFace(session, 'face-not-available', 'camera-unavailable');
      return;
    }
    // Asked again: a PIN may have been hashed since the start.
    book.checkCameraFree(session.cameraId, session.id);
    session.face = 'in-progress';
    session.walk = new FaceWalk({
      vision,
      facts,
      store,
      reference,
      cameraId: session.cameraId,
      limits: config.face,
      padMode: padFusionMode(config),
      ...(config.face.activeChallenge === 'on' ? { challengeRandomness: randomness } : {}),
      startedAtMs: session.startedAtMs,
      onVerdict: (verdict) => this.conclude(session, verdict),
      onFault: (cause) => this.#parts.onFault(session, new MenshenError('internal', 'the face walk failed', { cause })),
      onGuide: (guide) => {
        session.guide = guide;
        book.changed(session);
      },
    });
  }

  /** Whom the request names. An unknown card goes on as a person without a face: the answer is the same. */
  async #claimedSubject(claim: Claim | undefined, place: PinPlace): Promise<CredentialOutcome | undefined> {
    if (claim === undefined) return undefined;
    if ('subjectId' in claim) return { outcome: 'accepted', subjectId: claim.subjectId };
    if ('cardNumber' in claim) {
      const holder = this.#parts.store.credentials.cardHolder(normalCardNumber(claim.cardNumber));
      return { outcome: 'accepted', subjectId: holder ?? 'unknown' };
    }
    return this.#parts.pins.check(claim.personNumber, claim.pin, place);
  }

  /** Other ways that were asked for stay open. */
  #withoutFace(session: Session, why: WithoutFace, reason: Verdict['reason'] = why): void {
    session.methods = session.methods.filter((method) => method !== 'face');
    session.face = why;
    this.#parts.book.changed(session);
    if (session.methods.length === 0) {
      this.#parts.book.finish(session, { decision: 'use-alternative', method: 'face', reason });
    }
  }
}

type WithoutFace = 'face-mode-off' | 'face-not-available' | 'second-factor-required';

/** Where a PIN of this verification is typed. */
export function placeOf({ id, request: { doorId, callerId } }: Session): PinPlace {
  return { doorId, verificationId: id, ...(callerId === undefined ? {} : { callerId }) };
}
