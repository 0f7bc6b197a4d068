import { randomUUID } from 'node:crypto';
import type { Config, DoorConfig } from '../config/index.js';
import {
  type AuditPort,
  asMenshenError,
  type Clock,
  type Logger,
  MenshenError,
  type Timers,
  type Verdict,
  type VerificationMethod,
} from '../core/index.js';
import { checkCard, normalCardNumber, type PinChecker } from '../credentials/index.js';
import { type CredentialOutcome, decideCredential } from '../decide/index.js';
import type { IdentificationGallery } from '../gallery/index.js';
import type { FacePolicy } from '../policy/index.js';
import type { Store } from '../store/index.js';
import type { Vision } from '../vision/index.js';
import { FaceWalk, type Reference } from './face-walk.js';
import type { DecisionRecorder } from './record.js';
import type { Claim, VerificationRequest, VerificationView } from './request.js';
import { type Session, viewOf } from './session.js';

export interface VerificationParts {
  readonly config: Config;
  readonly store: Store;
  readonly audit: AuditPort;
  readonly policy: FacePolicy;
  readonly pins: PinChecker;
  readonly recorder: DecisionRecorder;
  readonly vision: Vision | undefined;
  readonly gallery: () => IdentificationGallery | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
}

/** How long a decided verification can still be asked for. */
const rememberMs = 600_000;
const maxSessions = 1000;

/** All verifications of this terminal: starts them, takes PINs and cards, and gives each exactly one decision. */
export class VerificationService {
  readonly #parts: VerificationParts;
  readonly #sessions = new Map<string, Session>();
  #closed = false;

  constructor(parts: VerificationParts) {
    this.#parts = parts;
  }

  /**
   * Starts a verification.
   *
   * @throws MenshenError `door-unknown`, `purpose-refused`, `method-not-allowed`, `act-missing`, `camera-busy`,
   * `too-many-requests`.
   */
  async start(request: VerificationRequest): Promise<VerificationView> {
    const door = this.#door(request.doorId);
    this.#checkPurpose(request);
    const methods = this.#methodsFor(request, door);
    const wantsFace = methods.includes('face');
    if (wantsFace && request.act === undefined) {
      throw new MenshenError(
        'act-missing',
        'Face verification starts with the person’s own act: send `act` (button, touch, card, pin or panel).',
      );
    }
    if (wantsFace && door.camera !== undefined) this.#checkCameraFree(door.camera);
    const session = this.#open(request, methods, wantsFace ? door.camera : undefined);
    try {
      if (wantsFace) await this.#beginFace(session);
      else session.face = 'not-requested';
    } catch (thrown) {
      if (asMenshenError(thrown).code !== 'internal') this.#forget(session);
      this.#fault(session, thrown);
    }
    return this.view(session.id);
  }

  /** @throws MenshenError `not-found`. */
  view(verificationId: string): VerificationView {
    const { site } = this.#parts.config;
    return viewOf(this.#session(verificationId), {
      purpose: site.purpose.description,
      alternatives: this.#alternatives(),
    });
  }

  /** Waits for the decision, at most `waitMs`. */
  async wait(verificationId: string, waitMs: number): Promise<VerificationView> {
    const session = this.#session(verificationId);
    if (session.decision === undefined && waitMs > 0) {
      await new Promise<void>((resolve) => {
        const done = () => {
          timer.cancel();
          session.waiters.delete(done);
          resolve();
        };
        const timer = this.#parts.timers.after(waitMs, done);
        session.waiters.add(done);
      });
    }
    return this.view(verificationId);
  }

  /** A PIN for the given person number, or for the card presented before. */
  async presentPin(verificationId: string, input: { personNumber?: string; pin: string }): Promise<VerificationView> {
    const session = this.#waiting(verificationId);
    const withCard = session.cardNumber !== undefined;
    this.#requireMethod(session, withCard ? 'card+pin' : 'pin');
    if (!withCard && input.personNumber === undefined) {
      throw new MenshenError(
        'body-invalid',
        'A PIN alone names nobody: send personNumber too, or present a card first.',
      );
    }
    session.checking = true;
    try {
      const outcome =
        session.cardNumber === undefined
          ? await this.#parts.pins.check(input.personNumber ?? '', input.pin)
          : await this.#parts.pins.checkWithCard(session.cardNumber, input.pin);
      this.#decideCredential(session, withCard ? 'card+pin' : 'pin', outcome);
    } catch (thrown) {
      this.#fault(session, thrown);
    } finally {
      session.checking = false;
    }
    return this.view(verificationId);
  }

  /** A card read at the door. Where the site wants the PIN too, the verification goes on waiting for it. */
  presentCard(verificationId: string, cardNumber: string): VerificationView {
    const session = this.#waiting(verificationId);
    const normal = normalCardNumber(cardNumber);
    if (session.methods.includes('card')) {
      this.#decideCredential(session, 'card', checkCard(this.#parts.store, normal));
    } else {
      this.#requireMethod(session, 'card+pin');
      session.cardNumber = normal;
    }
    return this.view(verificationId);
  }

  /** The panel or the person gave up. */
  cancel(verificationId: string): VerificationView {
    const session = this.#waiting(verificationId);
    this.#finish(session, { decision: 'deny', method: 'none', reason: 'cancelled' });
    return this.view(verificationId);
  }

  close(): void {
    this.#closed = true;
    for (const session of this.#sessions.values()) {
      if (session.decision === undefined)
        this.#finish(session, { decision: 'deny', method: 'none', reason: 'cancelled' });
    }
  }

  async #beginFace(session: Session): Promise<void> {
    const claimed = await this.#claimedSubject(session.request.claim);
    if (claimed !== undefined && claimed.outcome !== 'accepted') return this.#decideCredential(session, 'pin', claimed);
    if (session.decision !== undefined) return;
    // Everything that the law asks is looked at here, before any frame of this person is.
    if (!this.#parts.policy.site().on) return this.#withoutFace(session, 'face-mode-off');
    const reference = this.#reference(claimed?.subjectId);
    const { vision, store, config } = this.#parts;
    const facts = vision?.facts();
    if (reference === undefined || vision === undefined || facts === undefined || session.cameraId === undefined) {
      return this.#withoutFace(session, 'face-not-available');
    }
    this.#checkCameraFree(session.cameraId, session.id);
    session.face = 'in-progress';
    session.walk = new FaceWalk({
      vision,
      facts,
      store,
      reference,
      cameraId: session.cameraId,
      limits: config.face,
      demonstration: config.mode === 'demonstration',
      startedAtMs: session.startedAtMs,
      onVerdict: (verdict) => this.#faceVerdict(session, verdict),
      onFault: (thrown) =>
        this.#fault(session, new MenshenError('internal', 'the face walk failed', { cause: thrown })),
      onGuidance: (guidance) => {
        session.guidance = guidance;
      },
    });
  }

  async #claimedSubject(claim: Claim | undefined): Promise<CredentialOutcome | undefined> {
    if (claim === undefined) return undefined;
    if ('subjectId' in claim) return { outcome: 'accepted', subjectId: claim.subjectId };
    if ('cardNumber' in claim) {
      // An unknown card goes on as a person who cannot be verified by face: the answer is the same.
      const holder = this.#parts.store.credentials.cardHolder(normalCardNumber(claim.cardNumber));
      return { outcome: 'accepted', subjectId: holder ?? 'unknown' };
    }
    return this.#parts.pins.check(claim.personNumber, claim.pin);
  }

  #reference(subjectId: string | undefined): Reference | undefined {
    const { policy, config } = this.#parts;
    if (subjectId === undefined) {
      const gallery = this.#parts.gallery();
      if (gallery === undefined || gallery.size === 0) return undefined;
      return { kind: '1:N', gallery, mayGrant: (found) => policy.person(found).ready };
    }
    const person = policy.person(subjectId);
    if (!person.ready) return undefined;
    return { kind: '1:1', subjectId, templateId: person.template.id, falseMatchRate: config.face.falseMatchRate };
  }

  /** The face cannot be used; other ways that were asked for stay open. */
  #withoutFace(session: Session, why: 'face-mode-off' | 'face-not-available'): void {
    session.methods = session.methods.filter((method) => method !== 'face');
    session.face = why;
    if (session.methods.length === 0)
      this.#finish(session, { decision: 'use-alternative', method: 'face', reason: why });
  }

  #faceVerdict(session: Session, verdict: Verdict): void {
    if (session.decision !== undefined || session.checking) return;
    session.face = 'ended';
    if (verdict.decision !== 'grant') {
      this.#finish(session, verdict);
      return;
    }
    // What held at the start must hold now: consent may have been withdrawn while the camera looked.
    const { policy } = this.#parts;
    const holds = policy.site().on && verdict.subjectId !== undefined && policy.person(verdict.subjectId).ready;
    this.#finish(
      session,
      holds ? verdict : { decision: 'use-alternative', method: 'face', reason: 'face-not-available' },
    );
  }

  #decideCredential(session: Session, method: Exclude<VerificationMethod, 'face'>, result: CredentialOutcome): void {
    if (session.decision !== undefined) return;
    const verdict = decideCredential(method, result);
    const expired = verdict.subjectId !== undefined && this.#expired(verdict.subjectId);
    this.#finish(session, expired ? { decision: 'deny', method, reason: 'credential-rejected' } : verdict);
  }

  #expired(subjectId: string): boolean {
    const subject = this.#parts.store.subjects.get(subjectId);
    return subject === undefined || subject.expiresAtMs <= this.#parts.clock.wallMs();
  }

  #timeOut(session: Session): void {
    if (session.decision !== undefined || session.checking) return;
    const verdict = session.walk?.timeOut() ?? ({ decision: 'deny', method: 'none', reason: 'timed-out' } as const);
    if (verdict.decision === 'grant') this.#faceVerdict(session, verdict);
    else this.#finish(session, verdict);
  }

  /** A fault of ours never opens a gate and never ends the service. */
  #fault(session: Session, thrown: unknown): void {
    const fault = asMenshenError(thrown);
    if (fault.code !== 'internal') throw fault;
    this.#parts.logger.log('error', 'verification.fault', { verificationId: session.id, message: String(fault.cause) });
    this.#finish(session, { decision: 'deny', method: 'none', reason: 'internal-fault' });
  }

  #forget(session: Session): void {
    this.#sessions.delete(session.id);
    this.#release(session);
  }

  #finish(session: Session, verdict: Verdict): void {
    if (session.decision !== undefined) return;
    this.#release(session);
    session.decision = this.#parts.recorder.record(verdict, {
      verificationId: session.id,
      doorId: session.request.doorId,
      nonce: session.request.nonce,
      act: session.request.act?.kind ?? 'none',
      claimed: session.claimed,
      durationMs: this.#parts.clock.monotonicMs() - session.startedAtMs,
    });
    for (const wake of session.waiters) wake();
    if (!this.#closed) this.#parts.timers.after(rememberMs, () => this.#sessions.delete(session.id));
  }

  #release(session: Session): void {
    session.timer?.cancel();
    session.walk?.abandon();
    session.walk = undefined;
    session.cardNumber = undefined;
  }

  #open(request: VerificationRequest, methods: readonly VerificationMethod[], cameraId: string | undefined): Session {
    const waiting = [...this.#sessions.values()].filter(({ decision }) => decision === undefined).length;
    if (waiting >= maxSessions)
      throw new MenshenError('too-many-requests', 'Too many verifications are open. Finish or cancel some.');
    const { clock, config, timers } = this.#parts;
    const timeoutMs = request.timeoutMs ?? config.verification.defaultTimeoutMs;
    const session: Session = {
      id: `v-${randomUUID()}`,
      request,
      methods,
      cameraId,
      timeoutMs,
      claimed: request.claim !== undefined,
      startedAtMs: clock.monotonicMs(),
      startedAtWallMs: Math.round(clock.wallMs()),
      face: 'not-requested',
      guidance: undefined,
      cardNumber: undefined,
      walk: undefined,
      timer: undefined,
      decision: undefined,
      checking: false,
      waiters: new Set(),
    };
    session.timer = timers.after(timeoutMs, () => this.#timeOut(session));
    this.#sessions.set(session.id, session);
    return session;
  }

  #methodsFor(request: VerificationRequest, door: DoorConfig): readonly VerificationMethod[] {
    const offered = this.#offered(door);
    const wanted = request.methods ?? offered;
    const refused = wanted.find((method) => !offered.includes(method));
    if (refused !== undefined || wanted.length === 0) {
      throw new MenshenError(
        'method-not-allowed',
        `This door offers ${offered.join(', ')}${refused === undefined ? '' : `, not ${refused}`}.`,
      );
    }
    const nameless = wanted.includes('face') && request.claim === undefined && this.#parts.config.face.method === '1:1';
    if (!nameless) return wanted;
    if (request.methods === undefined || wanted.length > 1) return wanted.filter((method) => method !== 'face');
    throw new MenshenError(
      'method-not-allowed',
      'This site verifies 1:1: send `claim` (card, person number with PIN, or subject id) with face.',
    );
  }

  #offered(door: DoorConfig): VerificationMethod[] {
    const { face, credentials } = this.#parts.config;
    return [
      ...(face.enabled && door.camera !== undefined ? (['face'] as const) : []),
      ...(credentials.pin.enabled ? (['pin'] as const) : []),
      ...(credentials.card.enabled && !credentials.card.pinRequired ? (['card'] as const) : []),
      ...(credentials.card.enabled && credentials.pin.enabled ? (['card+pin'] as const) : []),
    ];
  }

  #alternatives(): readonly string[] {
    const { credentials } = this.#parts.config;
    return [...(credentials.pin.enabled ? ['pin'] : []), ...(credentials.card.enabled ? ['card'] : [])];
  }

  #door(doorId: string): DoorConfig {
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

  #checkCameraFree(cameraId: string, except?: string): void {
    for (const session of this.#sessions.values()) {
      if (session.id === except || session.cameraId !== cameraId || session.decision !== undefined) continue;
      if (session.face === 'in-progress') {
        throw new MenshenError(
          'camera-busy',
          `The camera ${cameraId} serves ${session.id}. Wait for its decision or cancel it.`,
        );
      }
    }
  }

  #requireMethod(session: Session, method: VerificationMethod): void {
    if (!session.methods.includes(method)) {
      throw new MenshenError(
        'method-not-allowed',
        `This verification takes ${session.methods.join(', ')}, not ${method}.`,
      );
    }
  }

  #waiting(verificationId: string): Session {
    const session = this.#session(verificationId);
    if (session.decision !== undefined || session.checking) {
      throw new MenshenError(
        'verification-ended',
        'This verification has its decision, or is checking a PIN. Start another one.',
      );
    }
    return session;
  }

  #session(verificationId: string): Session {
    const session = this.#sessions.get(verificationId);
    if (session === undefined)
      throw new MenshenError('not-found', 'There is no such verification, or it ended long ago.');
    return session;
  }
}
