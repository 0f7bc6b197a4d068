export { ClockGuard, type ClockGuardLimits, type ClockStatus } from './clock-guard.js';
