export { cautiousClock } from './cautious-clock.js';
export { ClockGuard, type ClockGuardLimits, type ClockStatus } from './clock-guard.js';
