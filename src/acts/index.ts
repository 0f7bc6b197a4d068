export type { Act, ActKind, Actor, ActState } from './act.js';
export { Acts } from './acts.js';
