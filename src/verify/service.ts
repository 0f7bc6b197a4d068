import type { Config, DoorConfig } from '../config/index.js';
import {
  type AuditPort,
  asMenshenError,
  type Clock,
  type Logger,
  MenshenError,
  type Randomness,
  type Timers,
  type VerificationMethod,
} from '../core/index.js';
import { checkCard, normalCardNumber, type PinChecker } from '../credentials/index.js';
import { type CredentialOutcome, decideCredential } from '../decide/index.js';
import type { DoorPermits } from '../doors/index.js';
import type { IdentificationGallery } from '../gallery/index.js';
import type { FacePolicy } from '../policy/index.js';
import type { Factor } from '../rules/index.js';
import type { Store } from '../store/index.js';
import type { Vision } from '../vision/index.js';
import { DoorCheck } from './door-check.js';
import { FaceEntry, placeOf } from './face-entry.js';
import { FaceProofs } from './face-proof.js';
import { alternativesOf, methodsFor } from './offers.js';
import type { PanelChecks } from './panel-check.js';
import type { DecisionRecorder } from './record.js';
import { Renewals } from './renewals.js';
import type { DoorMoment, VerificationRequest, VerificationView } from './request.js';
import type { ReviewDesk } from './reviews.js';
import { type Renewal, type Session, viewOf } from './session.js';
import { SessionBook } from './session-book.js';

export interface VerificationParts {
  readonly config: Config;
  readonly store: Store;
  readonly audit: AuditPort;
  readonly policy: FacePolicy;
  readonly pins: PinChecker;
  readonly recorder: DecisionRecorder;
  readonly reviews: ReviewDesk;
  readonly doors: DoorPermits;
  readonly checks: PanelChecks;
  readonly vision: Vision | undefined;
  readonly gallery: () => IdentificationGallery | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly randomness: Randomness;
  readonly logger: Logger;
}

/** All verifications of this terminal: starts them and takes PINs and cards. The face's way is `FaceEntry`'s. */
export class VerificationService {
  readonly #parts: VerificationParts;
  readonly #book: SessionBook;
  readonly #face: FaceEntry;
  readonly #door: DoorCheck;
  readonly #renewals: Renewals;
  /** Faces shown for their owners' own matters: no verification, no door, no decision. */
  readonly proofs: FaceProofs;

  constructor(parts: VerificationParts) {
    this.#parts = parts;
    this.#book = new SessionBook(parts);
    this.#renewals = new Renewals({ ...parts, book: this.#book });
    this.proofs = new FaceProofs({ ...parts, book: this.#book });
    this.#door = new DoorCheck({
      ...parts,
      book: this.#book,
      joinFace: (session, subjectId, cameraId) => this.#face.join(session, subjectId, cameraId),
      decided: (session) => this.#renewals.offer(session),
    });
    this.#face = new FaceEntry({
      ...parts,
      book: this.#book,
      settle: (session, verdict, factors) => this.#door.settle(session, verdict, factors),
      onFault: (session, thrown) => this.#fault(session, thrown),
    });
  }

  /**
   * Starts a verification.
   *
   * @throws MenshenError `door-unknown`, `purpose-refused`, `method-not-allowed`, `act-missing`, `camera-busy`,
   * `too-many-requests`.
   */
  async start(request: VerificationRequest): Promise<VerificationView> {
    const { config } = this.#parts;
    const door = this.#doorOf(request.doorId);
    this.#checkPurpose(request);
    const methods = methodsFor(config, door, request);
    const cameraId = methods.includes('face') ? door.camera : undefined;
    if (cameraId !== undefined) this.#checkFaceMayStart(request, cameraId);
    const session = this.#book.open(request, {
      methods,
      cameraId,
      timeoutMs: request.timeoutMs ?? config.verification.defaultTimeoutMs,
      onTimeOut: (late) => this.#timerFired(late),
    });
    if (cameraId !== undefined) await this.#beginFace(session);
    return this.view(session.id);
  }

  /** @throws MenshenError `not-found`. */
  view(verificationId: string): VerificationView {
    const { config } = this.#parts;
    const session = this.#book.get(verificationId);
    const prompt = { purpose: config.site.purpose.description, alternatives: alternativesOf(config) };
    return viewOf(session, prompt, this.#renewals.stateOf(session));
  }

  /** What a door is about now: the newest that waits there, or the last decided one while it is remembered. */
  atDoor(doorId: string): DoorMoment | undefined {
    const session = this.#book.atDoor(doorId);
    if (session === undefined) return undefined;
    const { guide, decidedAtMs } = session;
    return {
      view: this.view(session.id),
      ...(guide === undefined ? {} : { guide }),
      ...(decidedAtMs === undefined ? {} : { decidedAtMs }),
    };
  }

  /** Calls `run`, which must not throw, whenever `atDoor` may have changed. @returns what ends it. */
  onChange(doorId: string, run: () => void): () => void {
    return this.#book.onChange(doorId, run);
  }

  /** Waits for the decision, at most `waitMs`. */
  async wait(verificationId: string, waitMs: number): Promise<VerificationView> {
    await this.#book.decided(verificationId, waitMs);
    return this.view(verificationId);
  }

  /** A PIN for the given person number, or for the card presented before. */
  async presentPin(verificationId: string, input: { personNumber?: string; pin: string }): Promise<VerificationView> {
    const session = this.#book.waiting(verificationId);
    const { cardNumber } = session;
    const method = cardNumber === undefined ? 'pin' : 'card+pin';
    requireMethod(session, method);
    if (cardNumber === undefined && input.personNumber === undefined) {
      throw new MenshenError(
        'body-invalid',
        'A PIN alone names nobody: send personNumber too, or present a card first.',
      );
    }
    session.checking = true;
    try {
      const { pins } = this.#parts;
      const place = placeOf(session);
      const outcome = await (cardNumber === undefined
        ? pins.check(input.personNumber ?? '', input.pin, place)
        : pins.checkWithCard(cardNumber, input.pin, place));
      this.#decideCredential(session, method, outcome);
    } catch (thrown) {
      this.#fault(session, thrown);
    } finally {
      session.checking = false;
      if (session.pendingFace !== undefined) this.#face.conclude(session, session.pendingFace);
      if (session.late) this.#timerFired(session);
    }
    return this.view(verificationId);
  }

  /** A card read at the door. Where the site wants the PIN too, the verification goes on waiting for it. */
  presentCard(verificationId: string, cardNumber: string): VerificationView {
    const session = this.#book.waiting(verificationId);
    const normal = normalCardNumber(cardNumber);
    if (session.methods.includes('card')) {
      // Kept where the door asks for the PIN besides.
      session.cardNumber = normal;
      this.#decideCredential(session, 'card', checkCard(this.#parts.store, normal));
    } else {
      requireMethod(session, 'card+pin');
      session.cardNumber = normal;
      this.#book.changed(session);
    }
    return this.view(verificationId);
  }

  /** The panel or the person gave up. */
  cancel(verificationId: string): VerificationView {
    this.#book.finish(this.#book.undecided(verificationId), { decision: 'deny', method: 'none', reason: 'cancelled' });
    return this.view(verificationId);
  }

  /**
   * Has the face of the person who passed with card and PIN enrolled again, by `enrol`; once, and only while it is due.
   *
   * @throws MenshenError `not-found`, `renewal-not-due`, `camera-busy`, and what `enrol` throws.
   */
  renew<T>(verificationId: string, enrol: (renewal: Renewal) => Promise<T>): Promise<T> {
    return this.#renewals.run(this.#book.get(verificationId), enrol);
  }

  close(): void {
    this.proofs.close();
    this.#book.close();
  }

  #checkFaceMayStart(request: VerificationRequest, cameraId: string): void {
    if (request.act === undefined) {
      throw new MenshenError(
        'act-missing',
        'Face verification starts with the person’s own act: send `act` (button, touch, card, pin or panel).',
      );
    }
    this.#book.checkCameraFree(cameraId);
  }

  async #beginFace(session: Session): Promise<void> {
    try {
      const refused = await this.#face.begin(session);
      if (refused !== undefined) this.#decideCredential(session, 'pin', refused);
    } catch (thrown) {
      if (asMenshenError(thrown).code !== 'internal') this.#book.forget(session);
      this.#fault(session, thrown);
    }
  }

  #decideCredential(session: Session, method: Exclude<VerificationMethod, 'face'>, result: CredentialOutcome): void {
    const verdict = decideCredential(method, result);
    const expired = verdict.subjectId !== undefined && this.#expired(verdict.subjectId);
    if (expired) this.#book.finish(session, { decision: 'deny', method, reason: 'credential-rejected' });
    else this.#door.settle(session, verdict, factorsOf[method]);
    this.#renewals.offer(session);
  }

  #expired(subjectId: string): boolean {
    const subject = this.#parts.store.subjects.get(subjectId);
    return subject === undefined || subject.expiresAtMs <= this.#parts.clock.wallMs();
  }

  /** Nobody waits for what a timer does: a fault of it is the verification's, not the daemon's. */
  #timerFired(session: Session): void {
    try {
      this.#timeOut(session);
    } catch (cause) {
      this.#fault(session, new MenshenError('internal', 'the end of its time failed', { cause }));
    }
  }

  #timeOut(session: Session): void {
    session.late = true;
    if (session.decision !== undefined || session.checking || session.check !== undefined) return;
    const verdict = session.walk?.timeOut();
    const reason = session.proved === undefined ? 'timed-out' : 'more-factors-needed';
    if (verdict === undefined) this.#book.finish(session, { decision: 'deny', method: 'none', reason });
    else this.#face.conclude(session, verdict);
  }

  /** A fault of ours never opens a gate and never ends the service. */
  #fault(session: Session, thrown: unknown): void {
    const fault = asMenshenError(thrown);
    if (fault.code !== 'internal') throw fault;
    this.#parts.logger.log('error', 'verification.fault', { verificationId: session.id, message: String(fault.cause) });
    this.#book.finish(session, { decision: 'deny', method: 'none', reason: 'internal-fault' });
  }

  #doorOf(doorId: string): DoorConfig {
    const door = this.#parts.config.doors.find(({ id }) => id === doorId);
    if (door === undefined) throw new MenshenError('door-unknown', `There is no door ${doorId}.`);
    return door;
  }

  #checkPurpose(request: VerificationRequest): void {
    const { code } = this.#parts.config.site.purpose;
    if (request.purpose === code) return;
    this.#parts.audit.append('purpose.refused', { doorId: request.doorId, purpose: request.purpose });
    throw new MenshenError('purpose-refused', `This site’s purpose is ${code}; nothing else is done here (M4.1).`);
  }
}

const factorsOf: Readonly<Record<Exclude<VerificationMethod, 'face'>, readonly Factor[]>> = {
  pin: ['pin'],
  card: ['card'],
  'card+pin': ['card', 'pin'],
};

function requireMethod(session: Session, method: VerificationMethod): void {
  if (session.methods.includes(method)) return;
  throw new MenshenError('method-not-allowed', `This verification takes ${session.methods.join(', ')}, not ${method}.`);
}
