// The section `access` of the configuration: what is refused, and in which words.
import { describe, expect, test } from 'vitest';
import { siteConfig } from '../support/site.js';

const all = { id: 'staff', doors: ['main', 'side', 'blind'] };
const office = { id: 'office', weekly: [{ days: ['mon'], from: '08:00', to: '18:00' }] };
const refusalOf = (access: unknown, more: Record<string, unknown> = {}): string => {
  try {
    siteConfig({ access, ...more });
    return 'accepted';
  } catch (thrown) {
    return String(thrown);
  }
};

test('a site without door rules stays as it is', () => {
  expect(siteConfig().access).toBeUndefined();
});

test('the shortest rules get their defaults', () => {
  expect(siteConfig({ access: { groups: [all], schedules: [office], doors: [{ doorId: 'main' }] } }).access).toEqual({
    timeZone: 'Asia/Shanghai',
    schedules: [{ ...office, onHolidays: 'closed' }],
    holidays: [],
    groups: [{ ...all, factors: 'any' }],
    doors: [
      {
        doorId: 'main',
        reportsPassages: false,
        antiPassback: 'off',
        antiPassbackForgetsAfterMinutes: 720,
        twoPersons: false,
        heldOpenAfterMs: 30_000,
      },
    ],
    secondPersonWithinMs: 20_000,
    passageWithinMs: 15_000,
  });
});

describe('rules are refused in a sentence', () => {
  const rule = { doorId: 'main', antiPassback: 'hard', leadsTo: 'hall', reportsPassages: true };
  const weekly = (from: string, to: string) => [{ id: 'office', weekly: [{ days: ['mon'], from, to }] }];
  test.each([
    ['a group with an unknown door', { groups: [{ ...all, doors: ['main', 'attic'] }] }, 'names the door attic'],
    ['a group with an unknown schedule', { groups: [{ ...all, schedule: 'night' }] }, 'names the schedule night'],
    ['two groups of one name', { groups: [all, all] }, 'two groups have the id staff'],
    ['two schedules of one name', { groups: [all], schedules: [office, office] }, 'two schedules have the id office'],
    ['a door that nobody opens', { groups: [{ ...all, doors: ['main', 'side'] }] }, 'no group opens the door blind'],
    ['a rule for an unknown door', { groups: [all], doors: [{ doorId: 'attic' }] }, 'is for the door attic'],
    ['two rules for a door', { groups: [all], doors: [rule, rule] }, 'two rules for the door main'],
    ['a span that ends before it begins', { groups: [all], schedules: weekly('18:00', '08:00') }, 'write two spans'],
    ['an hour that no clock shows', { groups: [all], schedules: weekly('08:00', '24:30') }, 'access'],
    ['a day of no calendar', { groups: [all], holidays: ['2026-02-30'] }, '2026-02-30 is no day'],
    ['a time zone of nowhere', { groups: [all], timeZone: 'Mars/Olympus' }, 'no time zone Mars/Olympus'],
    [
      'anti-passback that nobody tells of an entry',
      { groups: [all], doors: [{ ...rule, reportsPassages: false }] },
      'only a door contact or the panel knows who entered',
    ],
    ['anti-passback into nowhere', { groups: [all], doors: [{ ...rule, leadsTo: undefined }] }, 'needs leadsTo'],
    ['a grant that outlasts the wait for a passage', { groups: [all], passageWithinMs: 1000 }, 'passageWithinMs'],
    ['an unknown key', { groups: [all], guards: [] }, 'unknown key'],
  ])('%s', (_what, access, words) => {
    expect(refusalOf(access)).toContain(words);
  });
});

test.each(['two-factors', 'card+pin', 'card+face', 'pin+face'])(
  'M10.1: %s is refused where card and PIN together are not there as the way without a face',
  (factors) => {
    const access = { groups: [{ ...all, factors }] };

    expect(refusalOf(access)).toBe('accepted');
    for (const off of ['card', 'pin'])
      expect(refusalOf(access, { [`credentials.${off}.enabled`]: false })).toContain('M10.1');
  },
);
