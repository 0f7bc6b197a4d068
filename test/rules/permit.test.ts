// Every combination of door state, membership, hour, factors, anti-passback and second person, against a plain table.
import { describe, expect, test } from 'vitest';
import {
  type AccessRules,
  type AntiPassback,
  type DoorState,
  type Factor,
  type FactorRule,
  factorRules,
  localTimeOf,
  type Passage,
  type Permit,
  permit,
} from '#menshen/rules/index.js';

const monday = { date: '2026-11-23', weekday: 'mon', minute: 9 * 60 } as const;
const nowMs = Date.parse('2026-11-23T01:00:00Z');

interface Case {
  readonly door: DoorState;
  readonly membership: 'member' | 'guard' | 'other-door' | 'removed-group' | 'nobody-put-them-anywhere';
  readonly hour: 'open' | 'shut' | 'holiday' | 'clock-in-doubt';
  readonly rule: FactorRule;
  readonly shown: readonly Factor[];
  readonly antiPassback: AntiPassback;
  readonly inside: 'never-entered' | 'inside' | 'inside-long-ago' | 'elsewhere' | 'entered-tomorrow';
  readonly second: 'one-person-door' | 'alone' | 'with-another' | 'with-themself' | 'too-late';
}

const shownSets: readonly (readonly Factor[])[] = [
  ['card'],
  ['pin'],
  ['face'],
  ['card', 'pin'],
  ['card', 'face'],
  ['pin', 'face'],
];

function* allCases(): Generator<Case> {
  for (const door of ['normal', 'lock-down', 'free'] as const)
    for (const membership of ['member', 'guard', 'other-door', 'removed-group', 'nobody-put-them-anywhere'] as const)
      for (const hour of ['open', 'shut', 'holiday', 'clock-in-doubt'] as const)
        for (const rule of factorRules)
          for (const shown of shownSets)
            for (const antiPassback of ['off', 'soft', 'hard'] as const)
              for (const inside of [
                'never-entered',
                'inside',
                'inside-long-ago',
                'elsewhere',
                'entered-tomorrow',
              ] as const)
                for (const second of ['one-person-door', 'alone', 'with-another', 'with-themself', 'too-late'] as const)
                  yield { door, membership, hour, rule, shown, antiPassback, inside, second };
}

function rulesOf({ rule, antiPassback, second }: Case): AccessRules {
  return {
    schedules: [{ id: 'office', weekly: [{ days: ['mon', 'tue'], from: '08:00', to: '18:00' }], onHolidays: 'closed' }],
    holidays: ['2026-11-24'],
    groups: [
      { id: 'staff', doors: ['main'], schedule: 'office', factors: rule },
      { id: 'guards', doors: ['main'], schedule: 'office', factors: rule, passesLockDown: true },
      { id: 'garage', doors: ['garage'], factors: 'any' },
    ],
    doors: [
      {
        doorId: 'main',
        leadsTo: 'hall',
        antiPassback,
        antiPassbackForgetsAfterMinutes: 60,
        reportsPassages: true,
        twoPersons: second !== 'one-person-door',
      },
    ],
    secondPersonWithinMs: 20_000,
  };
}

const groupsOfMembership = {
  member: ['staff'],
  guard: ['guards', 'gone'],
  'other-door': ['garage'],
  'removed-group': ['gone'],
  'nobody-put-them-anywhere': [],
} as const;
const entries = {
  'never-entered': {},
  inside: { lastEntry: { area: 'hall', atMs: nowMs - 59 * 60_000 } },
  'inside-long-ago': { lastEntry: { area: 'hall', atMs: nowMs - 60 * 60_000 } },
  elsewhere: { lastEntry: { area: 'street', atMs: nowMs - 60_000 } },
  'entered-tomorrow': { lastEntry: { area: 'hall', atMs: nowMs + 1 } },
} as const;
const others = {
  'one-person-door': {},
  alone: {},
  'with-another': { waiting: { subjectId: 'b', atMs: nowMs - 20_000 } },
  'with-themself': { waiting: { subjectId: 'a', atMs: nowMs - 1 } },
  'too-late': { waiting: { subjectId: 'b', atMs: nowMs - 20_001 } },
} as const;

const hours = {
  open: { at: monday },
  shut: { at: { ...monday, minute: 18 * 60 } },
  holiday: { at: { ...monday, date: '2026-11-24', weekday: 'tue' } },
  'clock-in-doubt': {},
} as const;

function passageOf({ door, membership, hour, shown, inside, second }: Case): Passage {
  return {
    doorId: 'main',
    subjectId: 'a',
    groups: groupsOfMembership[membership],
    factors: shown,
    ...hours[hour],
    nowMs,
    door,
    ...entries[inside],
    ...others[second],
  };
}

/** What is still asked for, by rule and by what was shown; everything else suffices. Card and PIN always do (M10.1). */
const missingOf: Readonly<Record<FactorRule, Readonly<Record<string, readonly Factor[]>>>> = {
  any: {},
  'two-factors': { card: ['pin', 'face'], pin: ['card', 'face'], face: ['card', 'pin'] },
  'card+pin': { card: ['pin'], pin: ['card'], face: ['card', 'pin'], 'card+face': ['pin'], 'pin+face': ['card'] },
  'card+face': { card: ['pin', 'face'], pin: ['card'], face: ['card'], 'pin+face': ['card'] },
  'pin+face': { card: ['pin'], pin: ['card', 'face'], face: ['pin'], 'card+face': ['pin'] },
};

/** The decision table as a person would read it aloud. */
function expected(c: Case): Permit {
  const belongs = c.membership === 'member' || c.membership === 'guard';
  const broken = c.antiPassback !== 'off' && c.inside === 'inside';
  if (c.door === 'lock-down' && c.membership !== 'guard') return { outcome: 'refuse', reason: 'door-locked-down' };
  if (c.door === 'free') return { outcome: 'allow', antiPassbackBroken: broken };
  if (!belongs) return { outcome: 'refuse', reason: 'door-not-allowed' };
  if (c.hour === 'clock-in-doubt') return { outcome: 'refuse', reason: 'clock-not-trusted' };
  if (c.hour !== 'open') return { outcome: 'refuse', reason: 'outside-schedule' };
  const missing = missingOf[c.rule][c.shown.join('+')];
  if (missing !== undefined) return { outcome: 'refuse', reason: 'more-factors-needed', needs: missing };
  if (broken && c.antiPassback === 'hard') return { outcome: 'refuse', reason: 'anti-passback' };
  const passes = c.second === 'one-person-door' || c.second === 'with-another';
  return { outcome: passes ? 'allow' : 'second-person-needed', antiPassbackBroken: broken };
}

test('M10.1: whatever a door asks for, card and PIN together are enough, so that nobody needs their face', () => {
  const asks = [...allCases()].filter(({ shown }) => shown.join('+') === 'card+pin');

  expect(new Set(asks.map(({ rule }) => rule)).size).toBe(factorRules.length);
  expect(asks.filter((c) => JSON.stringify(permit(rulesOf(c), passageOf(c))).includes('more-factors-needed'))).toEqual(
    [],
  );
});

test('every row of the decision table comes out as it is read', () => {
  const cases = [...allCases()];

  const wrong = cases.filter((c) => JSON.stringify(permit(rulesOf(c), passageOf(c))) !== JSON.stringify(expected(c)));

  expect(cases).toHaveLength(3 * 5 * 4 * 5 * 6 * 3 * 5 * 5);
  expect(wrong).toEqual([]);
});

describe('schedules', () => {
  const open = (onHolidays: AccessRules['schedules'][number]['onHolidays'], date: string, minute: number) => {
    const c: Case = {
      ...{ door: 'normal', membership: 'member', hour: 'open', rule: 'any', shown: ['card'] },
      ...{ antiPassback: 'off', inside: 'never-entered', second: 'one-person-door' },
    };
    const rules = rulesOf(c);
    const [office] = rules.schedules;
    const weekly = office?.weekly ?? [];
    const at = { date, weekday: date === '2026-11-24' ? 'tue' : 'mon', minute } as const;
    return permit({ ...rules, schedules: [{ id: 'office', weekly, onHolidays }] }, { ...passageOf(c), at }).outcome;
  };

  test.each([
    ['the first minute', 8 * 60, 'allow'],
    ['the minute before', 8 * 60 - 1, 'refuse'],
    ['the last minute', 18 * 60 - 1, 'allow'],
    ['the end', 18 * 60, 'refuse'],
  ])('%s', (_when, minute, outcome) => {
    expect(open('closed', '2026-11-23', minute)).toBe(outcome);
  });

  test('a holiday has hours of its own, or the usual ones, or none', () => {
    const spans = [{ from: '10:00', to: '24:00' }];

    expect(
      [open(spans, '2026-11-24', 1439), open(spans, '2026-11-24', 599), open('as-usual', '2026-11-24', 599)].concat(
        open('closed', '2026-11-24', 599),
      ),
    ).toEqual(['allow', 'refuse', 'allow', 'refuse']);
  });

  test('a schedule that is not there opens no door', () => {
    const c = [...allCases()].find((one) => expected(one).outcome === 'allow' && one.door === 'normal');
    if (c === undefined) throw new Error('no case allows');

    expect(permit({ ...rulesOf(c), schedules: [] }, passageOf(c))).toEqual({
      outcome: 'refuse',
      reason: 'outside-schedule',
    });
  });
});

describe('local time', () => {
  test.each([
    ['2026-11-22T16:00:00Z', 'Asia/Shanghai', { date: '2026-11-23', weekday: 'mon', minute: 0 }],
    ['2026-11-22T15:59:59Z', 'Asia/Shanghai', { date: '2026-11-22', weekday: 'sun', minute: 1439 }],
    ['2026-03-29T00:59:00Z', 'Europe/Berlin', { date: '2026-03-29', weekday: 'sun', minute: 119 }],
    ['2026-03-29T01:00:00Z', 'Europe/Berlin', { date: '2026-03-29', weekday: 'sun', minute: 180 }],
  ])('%s in %s', (instant, zone, local) => {
    expect(localTimeOf(Date.parse(instant), zone)).toEqual(local);
  });
});
