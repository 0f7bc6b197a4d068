export { type LocalTime, localTimeOf } from './local-time.js';
export { type Passage, type Permit, permit, type Refusal, refusals } from './permit.js';
export {
  type AccessGroup,
  type AccessRules,
  type AntiPassback,
  type DoorRule,
  type DoorState,
  type Factor,
  type FactorRule,
  factorRules,
  factors,
  type Schedule,
  type TimeSpan,
  type Weekday,
  weekdays,
} from './rules.js';
