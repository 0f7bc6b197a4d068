export { checkCard, normalCardNumber } from './cards.js';
export { defaultLockout, type LockoutPolicy, PinChecker, pinProblem } from './pins.js';
