export { systemClock } from './clock.js';
export { systemRandomness } from './randomness.js';
export { systemTimers } from './timers.js';
