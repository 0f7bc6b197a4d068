/** Who may pass which door when, as data. The engine that reads it is `permit`. */

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** Local time of day, `HH:MM`; `to` is not included. `24:00` ends a day. A span over midnight is two spans. */
export interface TimeSpan {
  readonly from: string;
  readonly to: string;
}

export interface Schedule {
  readonly id: string;
  readonly weekly: readonly (TimeSpan & { readonly days: readonly Weekday[] })[];
  /** What counts on a holiday in place of the weekly spans. */
  readonly onHolidays: 'closed' | 'as-usual' | readonly TimeSpan[];
}

/**
 * What a person must show. `any`: whatever the site accepts by itself. Card and PIN together do for every rule: where a
 * face and one of them are asked for, whoever does not want their face used shows both (M10.1).
 */
export const factorRules = ['any', 'two-factors', 'card+pin', 'card+face', 'pin+face'] as const;
export type FactorRule = (typeof factorRules)[number];
export const factors = ['card', 'pin', 'face'] as const;
export type Factor = (typeof factors)[number];

/** People are in groups; a group opens doors. Somebody in several groups may do what any of them may. */
export interface AccessGroup {
  readonly id: string;
  readonly doors: readonly string[];
  /** Left out: at all times. */
  readonly schedule?: string;
  readonly factors: FactorRule;
  /** People whom nobody put into a group are in this one. */
  readonly everyone?: boolean;
  /** Passes also while the door is locked down (fire brigade, guards). */
  readonly passesLockDown?: boolean;
}

/**
 * soft: whoever enters an area they are in already passes, and it is recorded. hard: they do not. Both need a door
 * contact or the panel's word that somebody really entered; a grant alone moves nobody.
 */
export type AntiPassback = 'off' | 'soft' | 'hard';

export interface DoorRule {
  readonly doorId: string;
  /** The area that passing this door leads into. */
  readonly leadsTo?: string;
  readonly antiPassback: AntiPassback;
  /** After so many minutes an entry counts no more: somebody left by another way. */
  readonly antiPassbackForgetsAfterMinutes: number;
  /** A door contact or the panel tells who really entered; without it nobody is moved and nothing is asked. */
  readonly reportsPassages: boolean;
  /** Two different people within `secondPersonWithinMs` (two-person rule). */
  readonly twoPersons: boolean;
}

export interface AccessRules {
  readonly schedules: readonly Schedule[];
  /** Local dates, `YYYY-MM-DD`. */
  readonly holidays: readonly string[];
  readonly groups: readonly AccessGroup[];
  readonly doors: readonly DoorRule[];
  readonly secondPersonWithinMs: number;
}

export type DoorState = 'normal' | 'lock-down' | 'free';
