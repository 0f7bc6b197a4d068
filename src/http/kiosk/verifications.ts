import type { ScreenConfig } from '../../config/index.js';
import { type FaceGuide, MenshenError, type Point, type Randomness } from '../../core/index.js';
import { normalCardNumber } from '../../credentials/index.js';
import type { DoorMoment, VerificationRequest, VerificationView } from '../../verify/index.js';
import type { Services } from '../services.js';
import type { FaceProofProgress, Guide, ScreenVerification, ScreenVerificationRequest } from './contract.js';

/** How long the last result stays on the screen when nothing follows. */
const resultShownMs = 15_000;
const maxRemembered = 500;

/**
 * The verifications at the screen's own door. The screen says what the person did and how they were told; door, purpose
 * and nonce are the service's, and who it was is nobody's business who reads a screen.
 */
export class ScreenVerifications {
  readonly #services: Services;
  readonly #randomness: Randomness;
  readonly #screen: ScreenConfig;
  readonly #startedHere = new Set<string>();

  constructor(services: Services, screen: ScreenConfig) {
    this.#services = services;
    this.#randomness = services.randomness;
    this.#screen = screen;
  }

  /**
   * Records how the person was told (D9), then starts.
   *
   * @throws MenshenError as the verification service does.
   */
  async start(request: ScreenVerificationRequest, screenId: string): Promise<ScreenVerification> {
    const { verifications, audit } = this.#services;
    checkClaim(request);
    const wanted = this.#wanted(request);
    const { method, act, prompt } = request;
    const { doorId, nonce } = wanted;
    audit.append('prompt.shown', { doorId, nonce, method, act, ...prompt, by: screenId });
    const { verificationId } = await verifications.start({ ...wanted, callerId: screenId });
    this.#remember(verificationId);
    await this.#presentClaim(verificationId, request);
    return this.view(verificationId);
  }

  async presentPin(
    verificationId: string,
    presented: { personNumber?: string; pin: string },
  ): Promise<ScreenVerification> {
    this.#checkHere(verificationId);
    await this.#services.verifications.presentPin(verificationId, presented);
    return this.view(verificationId);
  }

  presentCard(verificationId: string, cardNumber: string): ScreenVerification {
    this.#checkHere(verificationId);
    this.#services.verifications.presentCard(verificationId, cardNumber);
    return this.view(verificationId);
  }

  /** Whoever stands there may say no, also to what a panel began. */
  cancel(verificationId: string): ScreenVerification {
    this.#checkHere(verificationId);
    this.#services.verifications.cancel(verificationId);
    return this.view(verificationId);
  }

  /** One of this door. @throws MenshenError `not-found`. */
  view(verificationId: string): ScreenVerification {
    this.#checkHere(verificationId);
    const moment = this.#services.verifications.atDoor(this.#screen.doorId);
    return moment?.view.verificationId === verificationId
      ? this.#shown(moment)
      : this.#shown({ view: this.#services.verifications.view(verificationId) });
  }

  /** What the screen shows now, whoever began it. */
  current(): ScreenVerification | null {
    const { verifications, clock } = this.#services;
    const moment = verifications.atDoor(this.#screen.doorId);
    if (moment === undefined) return null;
    const { decidedAtMs } = moment;
    const over = decidedAtMs !== undefined && clock.monotonicMs() - decidedAtMs > resultShownMs;
    return over ? null : this.#shown(moment);
  }

  /** Somebody shows their face to prove who they are. */
  proof(): FaceProofProgress | null {
    const running = this.#services.verifications.proofs.at(this.#screen.doorId);
    if (running === undefined) return null;
    const { guide, expiresAtMs } = running;
    const expiresAt = new Date(expiresAtMs).toISOString();
    return { expiresAt, ...(guide === undefined ? {} : { guide: this.guide(guide) }) };
  }

  /** The camera of the screen's door. */
  get cameraId(): string | undefined {
    return this.#services.config.doors.find(({ id }) => id === this.#screen.doorId)?.camera;
  }

  /** Adds the zone in which to stand, mirrored as the rest. */
  guide(guide: FaceGuide): Guide {
    return { ...guide, zone: this.#zone() };
  }

  #wanted({ method, act, claim }: ScreenVerificationRequest): VerificationRequest {
    const { config } = this.#services;
    const base = {
      doorId: this.#screen.doorId,
      purpose: config.site.purpose.code,
      act: { kind: act, reference: 'screen' },
      nonce: Buffer.from(this.#randomness.bytes(16)).toString('base64url'),
    } as const;
    switch (method) {
      case 'pin':
        return { ...base, methods: ['pin'] };
      case 'card':
        return { ...base, methods: [config.credentials.card.pinRequired ? 'card+pin' : 'card'] };
      case 'face':
        this.#checkFace(claim);
        // Whoever finds their face not taken goes on with PIN or card at once (M10.2).
        return claim === undefined ? base : { ...base, claim };
    }
  }

  #checkFace(claim: ScreenVerificationRequest['claim']): void {
    const { face } = this.#services.config;
    if (!face.enabled || this.cameraId === undefined)
      throw new MenshenError('method-not-allowed', 'There is no face verification at this gate. Use a card or a PIN.');
    if (face.method === '1:1' && claim === undefined) {
      throw new MenshenError(
        'method-not-allowed',
        'This site verifies 1:1: a card, or a person number with its PIN, says first who somebody is.',
      );
    }
  }

  /** What the screen has already is presented at once; when that fails, nothing is left waiting. */
  async #presentClaim(verificationId: string, { method, claim }: ScreenVerificationRequest): Promise<void> {
    if (claim === undefined || method === 'face') return;
    const { verifications } = this.#services;
    try {
      if ('cardNumber' in claim && method === 'card') verifications.presentCard(verificationId, claim.cardNumber);
      else if ('pin' in claim && method === 'pin') await verifications.presentPin(verificationId, claim);
      else throw new MenshenError('body-invalid', `The claim does not belong to the method ${method}.`);
    } catch (thrown) {
      if (verifications.view(verificationId).state === 'waiting') verifications.cancel(verificationId);
      throw thrown;
    }
  }

  #shown({ view, guide }: DoorMoment): ScreenVerification {
    const { verificationId, state, methods, face, cardAccepted, expiresAt, prompt, needs, awaiting } = view;
    return {
      ...{ verificationId, state, methods, face, cardAccepted, expiresAt, prompt },
      startedBy: this.#startedHere.has(verificationId) ? 'screen' : 'panel',
      ...(needs === undefined ? {} : { needs }),
      ...(awaiting === undefined ? {} : { awaiting }),
      ...(guide === undefined || state === 'decided' ? {} : { guide: this.guide(guide) }),
      ...resultOf(view),
    };
  }

  #zone(): readonly Point[] {
    const camera = this.#services.config.cameras.find(({ id }) => id === this.cameraId);
    return (camera?.captureZone.polygon ?? []).map(({ x, y }) => ({ x: 1 - x, y }));
  }

  #checkHere(verificationId: string): void {
    if (this.#services.verifications.view(verificationId).doorId === this.#screen.doorId) return;
    throw new MenshenError('not-found', 'There is no such verification at this door.');
  }

  #remember(verificationId: string): void {
    this.#startedHere.add(verificationId);
    const [oldest] = this.#startedHere;
    if (this.#startedHere.size > maxRemembered && oldest !== undefined) this.#startedHere.delete(oldest);
  }
}

/** Neither the subject nor what a panel gets to check it by. */
function resultOf({ decision }: VerificationView): Pick<ScreenVerification, 'result'> {
  if (decision === undefined) return {};
  const { decision: kind, method, reason } = decision;
  return { result: { decision: kind, method, reason } };
}

/** Refuses what no card reader sends, before anything starts. */
function checkClaim({ claim }: ScreenVerificationRequest): void {
  if (claim !== undefined && 'cardNumber' in claim) normalCardNumber(claim.cardNumber);
}
