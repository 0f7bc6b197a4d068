import type { Config } from '../config/index.js';
import { purposeEndsAtMs } from '../policy/index.js';
import type { FaceTimes } from '../store/index.js';

export const dayMs = 86_400_000;

/** How long face data may be kept here; the shortest wins (M8.3). */
export interface RetentionPeriods {
  /** Since the template was made. */
  readonly maxDays: number;
  /** Since the person was last let in. */
  readonly inactivityDays?: number;
  /** From this moment on nothing of anybody is needed (P47). */
  readonly purposeEndsAtMs?: number;
}

export const dueCauses = ['consent-expiry', 'site-maximum', 'inactivity', 'purpose-end', 'person-expiry'] as const;
/** Why something is erased when it is. */
export type DueCause = (typeof dueCauses)[number];

export function periodsOf({ retention, purpose }: Pick<Config['site'], 'retention' | 'purpose'>): RetentionPeriods {
  const { maxDays, inactivityDays } = retention;
  const endsAtMs = purposeEndsAtMs({ purpose });
  return {
    maxDays,
    ...(inactivityDays === undefined ? {} : { inactivityDays }),
    ...(endsAtMs === undefined ? {} : { purposeEndsAtMs: endsAtMs }),
  };
}

/** What ends first for a person's face, and when. */
export function firstEnd(
  times: FaceTimes,
  periods: RetentionPeriods,
): { readonly cause: DueCause; readonly atMs: number } {
  const ends = endsOf(times, periods);
  return dueCauses.map((cause) => ({ cause, atMs: ends[cause] })).reduce((a, b) => (b.atMs < a.atMs ? b : a));
}

/** @returns milliseconds since 1970; infinite for what sets no end. */
export function endsOf(times: FaceTimes, periods: RetentionPeriods): Readonly<Record<DueCause, number>> {
  const { createdAtMs, consentExpiresAtMs, personExpiresAtMs, lastUseDay } = times;
  const { maxDays, inactivityDays, purposeEndsAtMs } = periods;
  const idle = inactivityDays === undefined || lastUseDay === undefined ? never : lastUseDay + 1 + inactivityDays;
  return {
    // A template whose consent has ended is owed already; the sweep does not wait for any period.
    'consent-expiry': consentExpiresAtMs ?? createdAtMs,
    'site-maximum': createdAtMs + maxDays * dayMs,
    inactivity: idle * dayMs,
    'purpose-end': purposeEndsAtMs ?? never,
    'person-expiry': personExpiresAtMs,
  };
}

const never = Number.POSITIVE_INFINITY;
