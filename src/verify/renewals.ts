import type { Config } from '../config/index.js';
import { asMenshenError, type Clock, MenshenError } from '../core/index.js';
import type { FacePolicy } from '../policy/index.js';
import type { Renewal, RenewalState, Session } from './session.js';
import type { SessionBook } from './session-book.js';

/** How long after a two-factor grant the person may still ask: they stand there, and nobody else does yet. */
const offerMs = 60_000;

/**
 * After the embedder was changed nobody's template compares any more. Who passes with card and PIN is offered to renew
 * it; nothing is done unless the person asks, and what was offered to one is never another's.
 */
export class Renewals {
  readonly #parts: {
    readonly config: Config;
    readonly policy: FacePolicy;
    readonly clock: Clock;
    readonly book: SessionBook;
  };

  constructor(parts: { config: Config; policy: FacePolicy; clock: Clock; book: SessionBook }) {
    this.#parts = parts;
  }

  /** Looks at a verification that has just been decided. */
  offer(session: Session): void {
    const { config, policy, clock } = this.#parts;
    const { decision, request } = session;
    if (decision?.decision !== 'grant' || decision.method !== 'card+pin' || decision.subjectId === undefined) return;
    // Nobody stands beside it: where faces are challenged, an operator enrols them.
    if (config.face.activeChallenge === 'on') return;
    const cameraId = config.doors.find(({ id }) => id === request.doorId)?.camera;
    const old = policy.outdatedTemplate(decision.subjectId);
    if (cameraId === undefined || old === undefined) return;
    session.renewal = {
      ...{ state: 'due', subjectId: decision.subjectId, cameraId, fromModelId: old.modelId },
      forIdentification: old.forIdentification,
      untilMs: clock.monotonicMs() + offerMs,
    };
  }

  /** What the panel is told; an offer that ran out is none. */
  stateOf({ renewal }: Session): RenewalState | undefined {
    return renewal?.state === 'due' && !this.#inTime(renewal) ? undefined : renewal?.state;
  }

  /**
   * Uses the offer up. What could not even begin because the camera serves somebody else may be tried again.
   *
   * @throws MenshenError `renewal-not-due`, `camera-busy`, and what `enrol` throws.
   */
  async run<T>(session: Session, enrol: (renewal: Renewal) => Promise<T>): Promise<T> {
    const { renewal } = session;
    const due = renewal?.state === 'due' && this.#inTime(renewal);
    if (!due || this.#parts.policy.outdatedTemplate(renewal.subjectId) === undefined) {
      throw new MenshenError(
        'renewal-not-due',
        'A renewal is asked for once, within a minute of a grant by card and PIN that said templateRenewal: due.',
      );
    }
    this.#parts.book.checkCameraFree(renewal.cameraId);
    renewal.state = 'running';
    try {
      const result = await enrol(renewal);
      renewal.state = 'renewed';
      return result;
    } catch (thrown) {
      renewal.state = asMenshenError(thrown).code === 'camera-busy' ? 'due' : 'failed';
      throw thrown;
    }
  }

  #inTime({ untilMs }: Renewal): boolean {
    return this.#parts.clock.monotonicMs() < untilMs;
  }
}
