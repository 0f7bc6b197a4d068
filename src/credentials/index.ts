export { checkCard, normalCardNumber } from './cards.js';
export { defaultLockout, type LockoutPolicy, PinChecker } from './pins.js';
