export { type Act, type ActKind, type Actor, type ActState, Acts } from './acts.js';
