import { type Clock, MenshenError } from '../../core/index.js';

/** What a screen may ask for at once, and how much of it comes back in a minute. */
const allowances = {
  pairing: { burst: 10, perMinute: 10 },
  verification: { burst: 20, perMinute: 30 },
  credential: { burst: 20, perMinute: 30 },
  'notice-displayed': { burst: 10, perMinute: 10 },
  visit: { burst: 10, perMinute: 10 },
  'visit-act': { burst: 30, perMinute: 30 },
  complaint: { burst: 3, perMinute: 0.5 },
  'staff-call': { burst: 3, perMinute: 1 },
} as const;
export type ScreenAct = keyof typeof allowances;

interface Bucket {
  left: number;
  atMs: number;
}

const minuteMs = 60_000;
const maxBuckets = 1000;

/**
 * Keeps whoever plays with a screen from filling the disk and from wearing out the people behind the staff's bell. What
 * was used comes back bit by bit, so that the next person waits seconds and is never locked out.
 */
export class ScreenLimits {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one of an allowance. @throws MenshenError `too-many-requests`. */
  use(act: ScreenAct, screenId: string): void {
    const { burst, perMinute } = allowances[act];
    const key = `${act}:${screenId}`;
    const nowMs = this.#clock.monotonicMs();
    const before = this.#buckets.get(key) ?? { left: burst, atMs: nowMs };
    const left = Math.min(burst, before.left + ((nowMs - before.atMs) / minuteMs) * perMinute);
    if (left < 1) throw new MenshenError('too-many-requests', 'This was asked for very often. Wait a moment.');
    if (this.#buckets.size >= maxBuckets) this.#buckets.clear();
    this.#buckets.set(key, { left: left - 1, atMs: nowMs });
  }
}
