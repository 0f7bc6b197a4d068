import { type Clock, MenshenError, type Randomness } from '../core/index.js';
import { equalBytes, hash } from '../crypto/index.js';
import type { OwnData, VisitService } from '../visit/index.js';

const lifeMs = 300_000;
const maxLinks = 8;

interface DataLink {
  readonly tokenHash: Uint8Array;
  readonly visitId: string;
  readonly language: string;
  /** Monotonic. */
  readonly untilMs: number;
}

/**
 * Ways in which a person takes what is held about them on their own phone (P45): a secret address, for one use, for five
 * minutes, while their visit at the screen lasts. Only hashes are kept, in memory.
 */
export class OwnDataLinks {
  readonly #parts: { readonly clock: Clock; readonly randomness: Randomness; readonly visits: VisitService };
  #links: DataLink[] = [];

  constructor(parts: { clock: Clock; randomness: Randomness; visits: VisitService }) {
    this.#parts = parts;
  }

  /** A new one; the visit's former one is void. @throws MenshenError `visit-ended`, `act-refused`. */
  make(visitId: string, language: string): { readonly token: string; readonly expiresAtMs: number } {
    const { clock, randomness, visits } = this.#parts;
    if (!visits.view(visitId).may.includes('see-data'))
      throw new MenshenError('act-refused', 'Prove who you are with more than that first.');
    const token = Buffer.from(randomness.bytes(32)).toString('base64url');
    const untilMs = clock.monotonicMs() + lifeMs;
    const others = this.#links.filter((link) => link.visitId !== visitId);
    this.#links = [...others, { tokenHash: hash(token), visitId, language, untilMs }].slice(-maxLinks);
    return { token, expiresAtMs: Math.round(clock.wallMs()) + lifeMs };
  }

  /** Uses the link up. @throws MenshenError `not-found`: wrong, used, too late and a visit that is over look the same. */
  async take(token: string): Promise<OwnData> {
    const { clock, visits } = this.#parts;
    const wanted = hash(token);
    const link = this.#links.find(({ tokenHash }) => equalBytes(tokenHash, wanted));
    this.#links = this.#links.filter((one) => one !== link);
    if (link === undefined || clock.monotonicMs() >= link.untilMs) throw gone();
    try {
      return await visits.ownData(link.visitId, link.language);
    } catch (thrown) {
      if (thrown instanceof MenshenError && (thrown.code === 'visit-ended' || thrown.code === 'act-refused'))
        throw gone();
      throw thrown;
    }
  }
}

const gone = (): MenshenError =>
  new MenshenError('not-found', 'This address was used, or your visit is over. Ask for another one on the screen.');
