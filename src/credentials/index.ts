export { checkCard, normalCardNumber } from './cards.js';
export { defaultLockout, type LockoutPolicy, PinChecker, type PinPlace } from './pins.js';
