import type { Clock } from '../core/index.js';
import type { AttemptCount, Store } from '../store/index.js';

/** How failed attempts slow the next one down: free tries, then a lock that doubles. */
export interface LockoutPolicy {
  readonly freeFailures: number;
  readonly firstLockMs: number;
  readonly longestLockMs: number;
  /** Of one person, over all places, within a day; after that each place has its free tries left and no more. */
  readonly dailyFailures: number;
}

export const defaultLockout: LockoutPolicy = {
  freeFailures: 3,
  firstLockMs: 30_000,
  longestLockMs: 3_600_000,
  dailyFailures: 100,
};

/** Where and how a PIN is tried. */
export interface AttemptPlace {
  readonly doorId?: string;
  /** Which panel or key says so: one that lies about its door spends no other one's tries. */
  readonly callerId?: string;
  /** Showing a card proves more than knowing a number: its tries are counted apart, per person and not per card. */
  readonly namedBy: 'number' | 'card';
}

/** A try that was counted as failed before it is known: parallel guesses and a pulled plug do not get a free one. */
export interface Attempt {
  /** It was right: the place begins anew. What the day counted stays. */
  succeeded(): void;
  /** Nothing was checked: it was no try. */
  void(): void;
}

const dayMs = 86_400_000;
/** The day's sum over all places stands in a place of its own. */
const everywhere = 'day';

/**
 * Counts failed tries per person and place, so that whoever guesses at one door locks nobody out at another, nor somebody
 * who comes with a card. The day's sum over all places bounds the whole: with the default policy a place allows at most 33
 * wrong tries in a day, and all together at most 100 and then 3 at each place where fewer have failed.
 */
export class AttemptBook {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #policy: LockoutPolicy;

  constructor(parts: { store: Store; clock: Clock; policy: LockoutPolicy }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#policy = parts.policy;
  }

  /** @param who stands for a person, known or not. @returns undefined while it is locked there. */
  begin(who: Uint8Array, place: AttemptPlace): Attempt | undefined {
    const { credentials } = this.#store;
    const nowMs = Math.round(this.#clock.wallMs());
    const here = placeText(place);
    const before = this.#fresh(credentials.attempts(who, here), nowMs);
    const day = ofThisDay(credentials.attempts(who, everywhere), nowMs);
    const spent = day.failures >= this.#policy.dailyFailures && before.failures >= this.#policy.freeFailures;
    if (spent || before.lockedUntilMs > nowMs) return undefined;
    this.#write(() => {
      credentials.recordFailure(who, here, this.#afterFailure(before.failures + 1, nowMs), nowMs);
      credentials.recordFailure(who, everywhere, { ...day, failures: day.failures + 1 }, nowMs);
    });
    // As it is then: others may have failed meanwhile.
    const takeBack = () => {
      const now = credentials.attempts(who, everywhere);
      credentials.recordFailure(who, everywhere, { ...now, failures: Math.max(0, now.failures - 1) }, nowMs);
    };
    return {
      succeeded: () =>
        this.#write(() => {
          credentials.clearAttempts(who, here);
          takeBack();
        }),
      void: () =>
        this.#write(() => {
          credentials.recordFailure(who, here, before, nowMs);
          takeBack();
        }),
    };
  }

  #write(work: () => void): void {
    this.#store.withReserve(() => this.#store.transaction(work));
  }

  /** A lock written under a clock that ran ahead lasts no longer than the longest one; one that ended a day ago counts no more. */
  #fresh({ failures, lockedUntilMs }: AttemptCount, nowMs: number): AttemptCount {
    if (lockedUntilMs !== 0 && lockedUntilMs + dayMs <= nowMs) return { failures: 0, lockedUntilMs: 0 };
    return { failures, lockedUntilMs: Math.min(lockedUntilMs, nowMs + this.#policy.longestLockMs) };
  }

  #afterFailure(failures: number, nowMs: number): AttemptCount {
    const { freeFailures, firstLockMs, longestLockMs } = this.#policy;
    if (failures < freeFailures) return { failures, lockedUntilMs: 0 };
    const doublings = Math.min(failures - freeFailures, 30);
    return { failures, lockedUntilMs: nowMs + Math.min(longestLockMs, firstLockMs * 2 ** doublings) };
  }
}

/** The day begins with its first failure; where it ends stands in the place of a lock's end. */
function ofThisDay({ failures, lockedUntilMs }: AttemptCount, nowMs: number): AttemptCount {
  const endsAtMs = Math.min(lockedUntilMs, nowMs + dayMs);
  return endsAtMs <= nowMs ? { failures: 0, lockedUntilMs: nowMs + dayMs } : { failures, lockedUntilMs: endsAtMs };
}

const placeText = ({ doorId = '', callerId = '', namedBy }: AttemptPlace): string =>
  JSON.stringify([namedBy, doorId, callerId]);
