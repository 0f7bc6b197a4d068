import { createHmac } from 'node:crypto';
import type { Clock, Randomness } from '../core/index.js';
import { equalBytes } from '../crypto/index.js';

export type NonceState = 'good' | 'stale' | 'replayed';

const lifeMs = 300_000;
/** Calls on several connections overtake each other by at most so many. */
const windowSize = 64;
const mostUsed = 5000;
const saltBytes = 8;
const macBytes = 16;

interface Use {
  readonly madeAtMs: number;
  highest: number;
  readonly seen: Set<number>;
}

/**
 * Server nonces of RFC 7616: this run's own, for five minutes, each count (`nc`) once. Handing one out keeps nothing, so
 * that asking for many costs no memory; only those that a right answer came with are remembered.
 */
export class Nonces {
  readonly #clock: Clock;
  readonly #randomness: Randomness;
  #key: Uint8Array;
  readonly #used = new Map<string, Use>();

  constructor(parts: { clock: Clock; randomness: Randomness }) {
    this.#clock = parts.clock;
    this.#randomness = parts.randomness;
    this.#key = parts.randomness.bytes(32);
  }

  make(): string {
    const salt = Buffer.from(this.#randomness.bytes(saltBytes)).toString('hex');
    const head = `${Math.floor(this.#clock.monotonicMs()).toString(36)}.${salt}`;
    return `${head}.${this.#mac(head)}`;
  }

  /** Of an answer that is right otherwise; takes the count, which is then used up. */
  take(nonce: string, nc: string): NonceState {
    const madeAtMs = this.#madeAt(nonce);
    const nowMs = this.#clock.monotonicMs();
    if (madeAtMs === undefined || nowMs - madeAtMs > lifeMs) return 'stale';
    const count = Number.parseInt(nc, 16);
    const use = this.#used.get(nonce) ?? this.#remember(nonce, madeAtMs);
    if (use === undefined) return 'stale';
    if (count < 1 || use.seen.has(count) || count <= use.highest - windowSize) return 'replayed';
    use.highest = Math.max(use.highest, count);
    use.seen.add(count);
    for (const old of use.seen) if (old <= use.highest - windowSize) use.seen.delete(old);
    return 'good';
  }

  #madeAt(nonce: string): number | undefined {
    const [time = '', salt = '', mac = '', ...more] = nonce.split('.');
    const right = equalBytes(Buffer.from(mac), Buffer.from(this.#mac(`${time}.${salt}`)));
    return right && more.length === 0 ? Number.parseInt(time, 36) : undefined;
  }

  /** Were one forgotten before its time, it could be used again: with too many of them all become stale at once. */
  #remember(nonce: string, madeAtMs: number): Use | undefined {
    const nowMs = this.#clock.monotonicMs();
    if (this.#used.size >= mostUsed)
      for (const [old, use] of this.#used) if (nowMs - use.madeAtMs > lifeMs) this.#used.delete(old);
    if (this.#used.size >= mostUsed) {
      this.#key = this.#randomness.bytes(32);
      this.#used.clear();
      return undefined;
    }
    const use: Use = { madeAtMs, highest: 0, seen: new Set() };
    this.#used.set(nonce, use);
    return use;
  }

  #mac(head: string): string {
    return createHmac('sha256', this.#key)
      .update(head)
      .digest('hex')
      .slice(0, 2 * macBytes);
  }
}
