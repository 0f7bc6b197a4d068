import type { Clock } from '../core/index.js';
import type { ClockGuard } from './clock-guard.js';

/** A wall clock that is never behind the time that is vouched for: turning it back keeps nothing alive. */
export function cautiousClock(clock: Clock, guard: Pick<ClockGuard, 'trustedMs'>): Clock {
  return {
    wallMs: () => Math.max(clock.wallMs(), guard.trustedMs()),
    monotonicMs: () => clock.monotonicMs(),
    sinceBootMs: () => clock.sinceBootMs(),
    bootId: () => clock.bootId(),
    synchronised: () => clock.synchronised(),
  };
}
