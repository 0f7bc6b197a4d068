import { isNearEnd } from '../consent/index.js';
import type { Store } from '../store/index.js';
import { type DueCause, dayMs, firstEnd, type RetentionPeriods } from './periods.js';

const perSlice = 500;
const months = 12;
const renewalWindowMs = 30 * dayMs;
const mostRenewals = 100;

export interface MonthForecast {
  /** `2026-03`, or `later`. What is due already counts for the present month. */
  readonly month: string;
  readonly faces: Readonly<Partial<Record<DueCause, number>>>;
  readonly persons: number;
}

export interface RenewalsDue {
  /** Running consents in the last 30 days, or the last fifth where that is shorter, of their period. */
  readonly count: number;
  /** Whom to ask, soonest first; the first hundred. */
  readonly subjectIds: readonly string[];
  /** Children who turned 14: their own consent is waited for (M7.1). */
  readonly reviewsDue: number;
}

/** Who is due when, and why: counts only. Walks all templates in slices. */
export async function forecastByMonth(
  store: Store,
  periods: RetentionPeriods,
  nowMs: number,
): Promise<MonthForecast[]> {
  const faces = new Map<string, Partial<Record<DueCause, number>>>();
  const firstMonth = monthOf(nowMs);
  const lastMonth = monthOf(startOfMonth(nowMs, months - 1));
  for (let page = store.templates.times(0, perSlice); page.length > 0; ) {
    for (const times of page) {
      const { cause, atMs } = firstEnd(times, periods);
      const month = atMs === Number.POSITIVE_INFINITY ? 'later' : monthOf(Math.max(atMs, nowMs));
      const key = month > lastMonth ? 'later' : month;
      const counts = faces.get(key) ?? {};
      faces.set(key, { ...counts, [cause]: (counts[cause] ?? 0) + 1 });
    }
    await new Promise((resolve) => setImmediate(resolve));
    page = store.templates.times(page.at(-1)?.place ?? 0, perSlice);
  }
  const rows = Array.from({ length: months }, (_, i): MonthForecast => {
    const fromMs = i === 0 ? Number.MIN_SAFE_INTEGER : startOfMonth(nowMs, i) - 1;
    const month = i === 0 ? firstMonth : monthOf(startOfMonth(nowMs, i));
    return {
      month,
      faces: faces.get(month) ?? {},
      persons: personsDue(store, periods, fromMs, startOfMonth(nowMs, i + 1) - 1),
    };
  });
  const persons = personsDue(store, periods, startOfMonth(nowMs, months) - 1, Number.MAX_SAFE_INTEGER);
  return [...rows, { month: 'later', faces: faces.get('later') ?? {}, persons }];
}

/** Consents that should be given anew before they lapse, and reviews that wait. */
export function renewalsDue(store: Store, nowMs: number): RenewalsDue {
  const due = store.consents
    .endingBy(Math.round(nowMs + renewalWindowMs), Number.MAX_SAFE_INTEGER)
    .filter((consent) => consent.expiresAtMs > nowMs && isNearEnd(consent, nowMs));
  return {
    count: due.length,
    subjectIds: due.slice(0, mostRenewals).map(({ subjectId }) => subjectId),
    reviewsDue: store.registers.count('consent-review', 'due'),
  };
}

/** From the purpose's end on nobody is left to be due. */
function personsDue(store: Store, { purposeEndsAtMs }: RetentionPeriods, fromMs: number, untilMs: number): number {
  if (purposeEndsAtMs === undefined || purposeEndsAtMs > untilMs) return store.subjects.countDue(fromMs, untilMs);
  return purposeEndsAtMs > fromMs ? store.subjects.countDue(fromMs, Number.MAX_SAFE_INTEGER) : 0;
}

const startOfMonth = (nowMs: number, ahead: number): number => {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1);
};
const monthOf = (ms: number): string => new Date(ms).toISOString().slice(0, 7);
