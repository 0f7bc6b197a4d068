import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chinaDate, loadWorkingDays } from '#menshen/filing/index.js';
import { tempFolder } from '../support/temp-store.js';

const shipped = loadWorkingDays();

test('M15.1: reached on 2025-06-01, that day and the holiday of 2025-06-02 do not count, and day 30 is 2025-07-14', () => {
  expect(shipped.isWorkingDay('2025-06-02')).toBe(false);
  expect(shipped.after('2025-06-01', 1)).toBe('2025-06-03');
  expect(shipped.after('2025-06-01', 30)).toBe('2025-07-14');
});

test.each([
  ['the last day of the October holidays', '2025-10-08', false],
  ['a Saturday that is worked in turn', '2025-10-11', true],
  ['the Saturday before Spring Festival', '2026-02-14', true],
  ['a Monday of Spring Festival', '2026-02-23', false],
  ['a Sunday inside the holiday', '2026-02-22', false],
  ['a plain Saturday', '2026-03-07', false],
  ['a plain Monday', '2026-03-09', true],
])('M15.1: by the notices, %s (%s) is worked: %s', (_what, day, worked) => {
  expect(shipped.isWorkingDay(day)).toBe(worked);
});

test.each([
  // 248 working days each: 261 weekdays, less the weekdays off, and the weekend days worked in turn.
  [2025, 18, 5],
  [2026, 19, 6],
])('M15.1: in %s the notice frees %s weekdays and has %s weekend days worked in turn', (year, off, worked) => {
  const days = Array.from({ length: 365 }, (_, n) => new Date(Date.UTC(year, 0, 1 + n)).toISOString().slice(0, 10));
  const weekend = (day: string) => [0, 6].includes(new Date(day).getUTCDay());
  expect(days.filter((day) => !weekend(day) && shipped.isWorkingDay(day) === false)).toHaveLength(off);
  expect(days.filter((day) => weekend(day) && shipped.isWorkingDay(day) === true)).toHaveLength(worked);
});

test('M15.1: a year without a table is unknown, also when only the last of thirty days lies in it', () => {
  expect(shipped.isWorkingDay('2024-06-03')).toBe('unknown');
  expect(shipped.isWorkingDay('2027-06-03')).toBe('unknown');
  expect(shipped.after('2026-12-01', 30)).toBe('unknown');
});

test('M15.1: the end of December is unknown until the next year’s notice is there, for that one moves days of it', () => {
  expect([shipped.isWorkingDay('2025-12-29'), shipped.isWorkingDay('2026-12-18')]).toEqual([true, true]);
  expect(shipped.isWorkingDay('2026-12-28')).toBe('unknown');
});

test('M15.1: every table names the notice it rests on', () => {
  expect(shipped.sources.map(({ year }) => year)).toEqual([2025, 2026]);
  for (const { year, source } of shipped.sources)
    expect(source).toContain(`国务院办公厅关于${year}年部分节假日安排的通知`);
});

test('M15.1: a date is China’s, eight hours ahead of UTC', () => {
  expect(chinaDate(Date.UTC(2025, 5, 1, 15, 59))).toBe('2025-06-01');
  expect(chinaDate(Date.UTC(2025, 5, 1, 16, 0))).toBe('2025-06-02');
});

const table = {
  year: 2027,
  source: 'a notice that was made up for a test',
  holidays: [{ name: '元旦', english: 'New Year', from: '2026-12-31', to: '2027-01-03' }],
  makeUpWorkingDays: ['2026-12-26'],
};

function folderWith(name: string, content: string): string {
  const folder = join(tempFolder(), 'tables');
  mkdirSync(folder);
  writeFileSync(join(folder, name), content);
  return folder;
}

test('M15.1: a table may move days of the December before it', () => {
  const days = loadWorkingDays(folderWith('2027.json', JSON.stringify(table)));
  expect(days.isWorkingDay('2027-01-01')).toBe(false);
  expect(days.isWorkingDay('2027-01-04')).toBe(true);
});

test.each([
  ['no JSON', '{', /cannot be read/],
  ['an unknown key', JSON.stringify({ ...table, extra: 1 }), /2027\.json/],
  ['no source', JSON.stringify({ ...table, source: '' }), /source/],
  ['a day that is none', JSON.stringify({ ...table, makeUpWorkingDays: ['2027-02-31'] }), /no weekend day/],
  ['a weekday as worked in turn', JSON.stringify({ ...table, makeUpWorkingDays: ['2027-01-05'] }), /no weekend day/],
  ['a day both free and worked', JSON.stringify({ ...table, makeUpWorkingDays: ['2027-01-02'] }), /holiday and a work/],
  [
    'a period that runs backwards',
    JSON.stringify({ ...table, holidays: [{ name: 'x', english: 'x', from: '2027-02-03', to: '2027-02-01' }] }),
    /no period/,
  ],
  [
    'a holiday of another year',
    JSON.stringify({ ...table, holidays: [{ name: 'x', english: 'x', from: '2026-10-01', to: '2026-10-02' }] }),
    /another year/,
  ],
])('M15.1: a table with %s is refused, naming the file', (_what, content, why) => {
  expect(() => loadWorkingDays(folderWith('2027.json', content))).toThrow(why);
});

test('M15.1: a table under another year’s name is refused', () => {
  expect(() => loadWorkingDays(folderWith('2028.json', JSON.stringify(table)))).toThrow('name it 2027.json');
});
