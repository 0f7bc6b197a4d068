import type { Config } from '../config/index.js';
import { type Clock, MenshenError } from '../core/index.js';
import { normalCardNumber, type PinChecker } from '../credentials/index.js';
import type { CredentialOutcome } from '../decide/index.js';
import type { EnrolmentCodes, RedeemedCode } from '../enrol/index.js';
import type { Store } from '../store/index.js';
import { Throttle } from './throttle.js';
import type { ProvedBy, VisitProof } from './types.js';

export interface ProofParts {
  readonly config: Config;
  readonly store: Store;
  readonly pins: PinChecker;
  readonly codes: EnrolmentCodes;
  /** One that is never behind the time that is vouched for. */
  readonly clock: Clock;
  /** Looks at the face that stands there now; undefined when it is nobody's or not the claimed person's. */
  readonly proveByFace?: (claim?: { readonly cardNumber: string }) => Promise<string | undefined>;
}

export interface Proven {
  readonly subjectId: string;
  readonly provedBy: ProvedBy;
  readonly code?: RedeemedCode;
}

/** Finds out who stands there. Whatever fails fails alike: unknown, wrong, locked out, expired, gone. */
export class Proofs {
  readonly #parts: ProofParts;
  readonly #throttle: Throttle;

  constructor(parts: ProofParts) {
    this.#parts = parts;
    this.#throttle = new Throttle(() => parts.clock.monotonicMs());
  }

  /** @throws MenshenError `proof-refused`, `too-many-requests`, `method-not-allowed`, `body-invalid`, and what the camera's port throws. */
  async prove(proof: VisitProof): Promise<Proven> {
    this.#checkOffered(proof);
    const attempt = this.#throttle.begin();
    const proven = await this.#proven(proof);
    if (proven === undefined || this.#isGone(proven.subjectId)) {
      throw new MenshenError(
        'proof-refused',
        'That proves nobody, or there were too many tries. Try again, use another way, or ask for help.',
      );
    }
    attempt.succeeded();
    return proven;
  }

  #checkOffered(proof: VisitProof): void {
    const { credentials, face } = this.#parts.config;
    if (proof.kind === 'enrolment-code') return;
    if (!this.#isOffered(proof.kind) || (proof.kind === 'card' && proof.pin !== undefined && !credentials.pin.enabled))
      throw new MenshenError('method-not-allowed', 'This terminal does not take that. Use another way.');
    if (proof.kind !== 'face' || proof.claim !== undefined) return;
    if (face.method === '1:1' || face.secondFactor === 'card-or-pin')
      throw new MenshenError('method-not-allowed', 'Show your card first: this site verifies a named person.');
  }

  #isOffered(kind: 'card' | 'pin' | 'face'): boolean {
    const { credentials, face } = this.#parts.config;
    if (kind === 'face') return face.enabled && this.#parts.proveByFace !== undefined;
    return credentials[kind].enabled;
  }

  async #proven(proof: VisitProof): Promise<Proven | undefined> {
    const { pins, codes } = this.#parts;
    switch (proof.kind) {
      case 'card':
        return this.#byCard(normalCardNumber(proof.cardNumber), proof.pin);
      case 'pin':
        return accepted(await pins.check(proof.personNumber, proof.pin), 'pin');
      case 'face':
        return this.#byFace(proof.claim);
      case 'enrolment-code': {
        const code = codes.redeem(proof.code);
        return code === undefined ? undefined : { subjectId: code.subjectId, provedBy: 'enrolment-code', code };
      }
    }
  }

  async #byCard(cardNumber: string, pin: string | undefined): Promise<Proven | undefined> {
    const { pins, store } = this.#parts;
    if (pin !== undefined) return accepted(await pins.checkWithCard(cardNumber, pin), 'card+pin');
    const subjectId = store.credentials.cardHolder(cardNumber);
    return subjectId === undefined ? undefined : { subjectId, provedBy: 'card' };
  }

  async #byFace(claim: { readonly cardNumber: string } | undefined): Promise<Proven | undefined> {
    const { proveByFace, store } = this.#parts;
    const cardNumber = claim === undefined ? undefined : normalCardNumber(claim.cardNumber);
    const subjectId = await proveByFace?.(cardNumber === undefined ? undefined : { cardNumber });
    // A card that was taken away while the camera looked names nobody any more.
    const named = cardNumber === undefined || store.credentials.cardHolder(cardNumber) === subjectId;
    return subjectId !== undefined && named ? { subjectId, provedBy: 'face' } : undefined;
  }

  #isGone(subjectId: string): boolean {
    const subject = this.#parts.store.subjects.get(subjectId);
    return subject === undefined || subject.expiresAtMs <= this.#parts.clock.wallMs();
  }
}

const accepted = (result: CredentialOutcome, provedBy: ProvedBy): Proven | undefined =>
  result.outcome === 'accepted' ? { subjectId: result.subjectId, provedBy } : undefined;
