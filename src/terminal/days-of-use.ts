import type { Config } from '../config/index.js';
import type { Store } from '../store/index.js';
import type { ClockGuard } from '../timekeeping/index.js';

const dayMs = 86_400_000;

/** A day and no more, and only where people who no longer come are erased for it (M8.3); never a day in the future. */
export function daysOfUse(config: Config, store: Store, clockGuard: ClockGuard) {
  if (config.site.retention.inactivityDays === undefined) return {};
  return {
    onGrant: (subjectId: string) => store.subjects.markUsed(subjectId, Math.floor(clockGuard.trustedMs() / dayMs)),
  };
}
