import type { FastifyReply } from 'fastify';
import { MenshenError } from '../../core/index.js';
import type { VisitProof, VisitView } from '../../visit/index.js';
import type { Services } from '../services.js';
import type { VisitRequest } from './contract.js';
import type { ScreenEnrolments } from './enrolments.js';

const maxRemembered = 100;

/** Visits as one screen's: whoever has another screen's key cannot go on where a person left off there. */
export class ScreenVisits {
  readonly #services: Services;
  readonly #doorId: string;
  readonly #enrolments: ScreenEnrolments;
  /** Visit to screen. */
  readonly #screens = new Map<string, string>();

  constructor(services: Services, doorId: string, enrolments: ScreenEnrolments) {
    this.#services = services;
    this.#doorId = doorId;
    this.#enrolments = enrolments;
  }

  /**
   * Before the camera looks, how the person was told is on record (D9).
   *
   * @param reply a page that goes away while the camera looks for a proof ends the look.
   */
  async begin(asked: VisitRequest['proof'], screenId: string, reply: FastifyReply): Promise<VisitView> {
    const { visits, verifications, audit } = this.#services;
    const proof = proofOf(asked);
    if (asked.kind === 'face') {
      const { act, prompt } = asked;
      audit.append('prompt.shown', { doorId: this.#doorId, method: 'face', act, ...prompt, by: screenId, visit: true });
    }
    const gone = () => {
      if (proof.kind === 'face' && !reply.raw.writableEnded) verifications.proofs.cancel(this.#doorId);
    };
    reply.raw.once('close', gone);
    try {
      const view = await visits.begin(proof);
      this.#remember(view.visitId, screenId);
      return view;
    } finally {
      reply.raw.off('close', gone);
    }
  }

  /** @returns the id. @throws MenshenError `visit-ended` for another screen's, as for one that never was. */
  own(visitId: string, screenId: string): string {
    if (this.#screens.get(visitId) === screenId) return visitId;
    throw new MenshenError('visit-ended', 'Your visit has ended. Prove who you are again.');
  }

  async end(visitId: string): Promise<void> {
    await this.#enrolments.end(visitId);
    this.#services.visits.end(visitId);
    this.#screens.delete(visitId);
  }

  #remember(visitId: string, screenId: string): void {
    this.#screens.set(visitId, screenId);
    const [oldest] = this.#screens.keys();
    if (this.#screens.size > maxRemembered && oldest !== undefined) this.#screens.delete(oldest);
  }
}

function proofOf(asked: VisitRequest['proof']): VisitProof {
  if (asked.kind !== 'face') return asked;
  const { kind, claim } = asked;
  return claim === undefined ? { kind } : { kind, claim };
}
