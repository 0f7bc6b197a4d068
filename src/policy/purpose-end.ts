import type { Config } from '../config/index.js';
import { chinaDayMs } from '../core/index.js';

const dayMs = 86_400_000;

/** The moment after the purpose's last day (P47); undefined where it has none. */
export function purposeEndsAtMs({ purpose }: Pick<Config['site'], 'purpose'>): number | undefined {
  const lastDayMs = purpose.endsOn === undefined ? undefined : chinaDayMs(purpose.endsOn);
  return lastDayMs === undefined ? undefined : lastDayMs + dayMs;
}
