export { checkCard, normalCardNumber } from './cards.js';
export { defaultLockout, type LockoutPolicy, PinChecker, type PinPlace, pinProblem } from './pins.js';
