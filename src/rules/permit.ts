import type { LocalTime } from './local-time.js';
import {
  type AccessGroup,
  type AccessRules,
  type DoorRule,
  type DoorState,
  type Factor,
  type FactorRule,
  factors,
  type Schedule,
  type TimeSpan,
} from './rules.js';

/** A person who showed who they are at a door, and what is known of door and person then. */
export interface Passage {
  readonly doorId: string;
  readonly subjectId: string;
  /** Groups that somebody put the person into. */
  readonly groups: readonly string[];
  readonly factors: readonly Factor[];
  /** Left out while the clock is in doubt: nothing that a schedule closes is opened then. */
  readonly at?: LocalTime;
  /** Of the same clock as `lastEntry.atMs` and `waiting.atMs`. */
  readonly nowMs: number;
  readonly door: DoorState;
  /** The area they entered last, by a door contact or a panel's word. */
  readonly lastEntry?: { readonly area: string; readonly atMs: number };
  /** Somebody else who was permitted at this door and waits for a second person. */
  readonly waiting?: { readonly subjectId: string; readonly atMs: number };
}

export const refusals = [
  'door-locked-down',
  'door-not-allowed',
  'outside-schedule',
  'clock-not-trusted',
  'more-factors-needed',
  'anti-passback',
] as const;
export type Refusal = (typeof refusals)[number];

export type Permit =
  | { readonly outcome: 'allow'; readonly antiPassbackBroken: boolean }
  | { readonly outcome: 'second-person-needed'; readonly antiPassbackBroken: boolean }
  /** `needs`: what would bring the person further, any one of them; only with `more-factors-needed`. */
  | { readonly outcome: 'refuse'; readonly reason: Refusal; readonly needs?: readonly Factor[] };

/**
 * Whether somebody who showed who they are may pass this door now. Pure: rules and facts in, permit out.
 *
 * The order is the one that tells the person least and most usefully: a lock-down before all, then whether the door is
 * theirs at all, then the hour, then what else to show, then anti-passback, then the second person. An open door
 * (`free`) asks nobody for more than what they showed, but still counts entries.
 */
export function permit(rules: AccessRules, passage: Passage): Permit {
  const groups = groupsOf(rules, passage);
  if (passage.door === 'lock-down' && !groups.some(({ passesLockDown }) => passesLockDown === true))
    return refuse('door-locked-down');
  const rule = rules.doors.find(({ doorId }) => doorId === passage.doorId);
  if (passage.door === 'free') return { outcome: 'allow', antiPassbackBroken: breaksAntiPassback(rule, passage) };
  const ofDoor = groups.filter(({ doors }) => doors.includes(passage.doorId));
  if (ofDoor.length === 0) return refuse('door-not-allowed');
  const now = ofDoor.filter(({ schedule }) => isOpen(rules, schedule, passage.at));
  if (now.length === 0) return refuse(passage.at === undefined ? 'clock-not-trusted' : 'outside-schedule');
  const wanted = now.map((group) => group.factors);
  if (!wanted.some((rule) => suffices(rule, passage.factors)))
    return { outcome: 'refuse', reason: 'more-factors-needed', needs: needsOf(wanted, passage.factors) };
  const antiPassbackBroken = breaksAntiPassback(rule, passage);
  if (antiPassbackBroken && rule?.antiPassback === 'hard') return refuse('anti-passback');
  const outcome = rule?.twoPersons === true && !isSecondPerson(rules, passage) ? 'second-person-needed' : 'allow';
  return { outcome, antiPassbackBroken };
}

function groupsOf(rules: AccessRules, { groups }: Passage): readonly AccessGroup[] {
  const named = rules.groups.filter(({ id }) => groups.includes(id));
  // Groups that were taken out of the rules open nothing; only who was never put into one is in everyone's.
  return groups.length > 0 ? named : rules.groups.filter(({ everyone }) => everyone === true);
}

function isOpen(rules: AccessRules, scheduleId: string | undefined, at: LocalTime | undefined): boolean {
  if (scheduleId === undefined) return true;
  if (at === undefined) return false;
  const schedule = rules.schedules.find(({ id }) => id === scheduleId);
  // A schedule that is not there is a mistake that must not open a door.
  return schedule !== undefined && spansOf(schedule, rules.holidays, at).some((span) => contains(span, at.minute));
}

function spansOf({ weekly, onHolidays }: Schedule, holidays: readonly string[], at: LocalTime): readonly TimeSpan[] {
  const usual = weekly.filter(({ days }) => days.includes(at.weekday));
  if (!holidays.includes(at.date) || onHolidays === 'as-usual') return usual;
  return onHolidays === 'closed' ? [] : onHolidays;
}

const contains = ({ from, to }: TimeSpan, minute: number): boolean => minuteOf(from) <= minute && minute < minuteOf(to);

function minuteOf(time: string): number {
  const [hours = '', minutes = ''] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

function suffices(rule: FactorRule, shown: readonly Factor[]): boolean {
  switch (rule) {
    case 'any':
      return shown.length > 0;
    case 'two-factors':
      return new Set(shown).size >= 2;
    case 'card+pin':
      return shown.includes('card') && shown.includes('pin');
    // M10.1: the face is never the only way. Card and PIN together do wherever a face and one of them do.
    case 'card+face':
      return shown.includes('card') && (shown.includes('face') || shown.includes('pin'));
    case 'pin+face':
      return shown.includes('pin') && (shown.includes('face') || shown.includes('card'));
  }
}

/** Whatever completes a rule by itself, or else what two of are needed: then the face is not the one to begin with. */
function needsOf(wanted: readonly FactorRule[], shown: readonly Factor[]): readonly Factor[] {
  const missing = factors.filter((factor) => !shown.includes(factor));
  const enough = missing.filter((factor) => wanted.some((rule) => suffices(rule, [...shown, factor])));
  return enough.length > 0 ? enough : missing.filter((factor) => factor !== 'face');
}

function breaksAntiPassback(rule: DoorRule | undefined, { lastEntry, nowMs }: Passage): boolean {
  if (rule === undefined || rule.antiPassback === 'off' || rule.leadsTo === undefined) return false;
  if (lastEntry?.area !== rule.leadsTo) return false;
  const ageMs = nowMs - lastEntry.atMs;
  // An entry that lies ahead was written under another clock: it is no proof that they are inside.
  return ageMs >= 0 && ageMs < rule.antiPassbackForgetsAfterMinutes * 60_000;
}

function isSecondPerson({ secondPersonWithinMs }: AccessRules, { waiting, subjectId, nowMs }: Passage): boolean {
  if (waiting === undefined || waiting.subjectId === subjectId) return false;
  const ageMs = nowMs - waiting.atMs;
  return ageMs >= 0 && ageMs <= secondPersonWithinMs;
}

const refuse = (reason: Refusal): Permit => ({ outcome: 'refuse', reason });
