export { AttemptBook, defaultLockout, type LockoutPolicy } from './attempts.js';
export { checkCard, normalCardNumber } from './cards.js';
export { PinChecker, type PinPlace, type PinSet, pinProblem } from './pins.js';
