import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Static, Type } from '#typebox';
import { Value } from '#typebox/value';
import { MenshenError } from '../core/index.js';
import { type ChinaDate, isDate, isWeekend, nextDay } from './dates.js';

/** `config/working-days` of the project, in a checkout and in the container image alike. */
export const shippedWorkingDays = fileURLToPath(new URL('../../config/working-days/', import.meta.url));

const closed = { additionalProperties: false } as const;
const date = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const tableSchema = Type.Object(
  {
    year: Type.Integer({ minimum: 2020, maximum: 2100 }),
    /** The notice of the State Council's General Office that says so. */
    source: Type.String({ minLength: 10 }),
    holidays: Type.Array(
      Type.Object(
        { name: Type.String({ minLength: 1 }), english: Type.String({ minLength: 1 }), from: date, to: date },
        closed,
      ),
      { minItems: 1 },
    ),
    makeUpWorkingDays: Type.Array(date, { uniqueItems: true }),
  },
  closed,
);
export type WorkingDayTable = Static<typeof tableSchema>;

/**
 * The notice for a year moves days of the December before it too (2018-12-29 was worked for the New Year of 2019): from
 * here on a date needs both years' tables.
 */
const nextYearsNoticeFrom = '-12-20';

/** Working days in China by the tables there are; where one is missing the answer is `unknown`, never a guess. */
export class WorkingDays {
  readonly #years: ReadonlyMap<number, WorkingDayTable>;
  readonly #holidays = new Set<ChinaDate>();
  readonly #makeUp = new Set<ChinaDate>();

  constructor(tables: readonly WorkingDayTable[]) {
    this.#years = new Map(tables.map((table) => [table.year, table]));
    for (const { holidays, makeUpWorkingDays } of tables) {
      for (const { from, to } of holidays) for (const day of days(from, to)) this.#holidays.add(day);
      for (const day of makeUpWorkingDays) this.#makeUp.add(day);
    }
  }

  /** Years with a table, and the notice each rests on. */
  get sources(): readonly { readonly year: number; readonly source: string }[] {
    return [...this.#years.values()].map(({ year, source }) => ({ year, source })).sort((a, b) => a.year - b.year);
  }

  isWorkingDay(day: ChinaDate): boolean | 'unknown' {
    const year = Number(day.slice(0, 4));
    const known = this.#years.has(year) && (day.slice(4) < nextYearsNoticeFrom || this.#years.has(year + 1));
    if (!known) return 'unknown';
    if (this.#makeUp.has(day)) return true;
    return !this.#holidays.has(day) && !isWeekend(day);
  }

  /** The working day that is the `count`th after `from`; the day itself never counts. */
  after(from: ChinaDate, count: number): ChinaDate | 'unknown' {
    let day = from;
    for (let counted = 0; counted < count; ) {
      day = nextDay(day);
      const working = this.isWorkingDay(day);
      if (working === 'unknown') return 'unknown';
      if (working) counted += 1;
    }
    return day;
  }
}

/**
 * Reads every `<year>.json` of a folder.
 *
 * @throws MenshenError `config-invalid` naming the file and what is wrong with it.
 */
export function loadWorkingDays(folder: string = shippedWorkingDays): WorkingDays {
  const names = attempt(folder, () => readdirSync(folder)).filter((name) => name.endsWith('.json'));
  return new WorkingDays(names.sort().map((name) => tableIn(join(folder, name), name)));
}

function tableIn(path: string, name: string): WorkingDayTable {
  const table = attempt<unknown>(path, () => JSON.parse(readFileSync(path, 'utf8')));
  const [problem] = Value.Errors(tableSchema, table);
  if (problem !== undefined || !Value.Check(tableSchema, table))
    throw invalid(path, `${problem?.instancePath ?? ''} ${problem?.message ?? 'it does not fit'}`.trim());
  const contradiction = contradictionIn(table);
  if (contradiction !== undefined) throw invalid(path, contradiction);
  if (name !== `${table.year}.json`)
    throw invalid(path, `it is the table of ${table.year}; name it ${table.year}.json`);
  return table;
}

function contradictionIn({ year, holidays, makeUpWorkingDays }: WorkingDayTable): string | undefined {
  const free = new Set<ChinaDate>();
  for (const { name, from, to } of holidays) {
    if (!isDate(from) || !isDate(to) || from > to) return `${name}: from ${from} to ${to} is no period`;
    const all = days(from, to);
    if (all.length > longestHolidayDays) return `${name}: ${all.length} days are longer than any holiday`;
    for (const day of all) free.add(day);
  }
  const worked = makeUpWorkingDays.find((day) => free.has(day));
  if (worked !== undefined) return `${worked} is a holiday and a working day`;
  const odd = makeUpWorkingDays.find((day) => !isDate(day) || !isWeekend(day));
  if (odd !== undefined) return `${odd} is no weekend day, so it is worked anyway`;
  const foreign = [...free, ...makeUpWorkingDays].find(
    (day) => day < `${year - 1}${nextYearsNoticeFrom}` || day > `${year}-12-31`,
  );
  return foreign === undefined ? undefined : `${foreign} belongs to another year’s table`;
}

const longestHolidayDays = 15;

function days(from: ChinaDate, to: ChinaDate): ChinaDate[] {
  const all: ChinaDate[] = [];
  for (let day = from; day <= to && all.length < 400; day = nextDay(day)) all.push(day);
  return all;
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw invalid(path, 'it cannot be read as JSON', cause);
  }
}

function invalid(path: string, what: string, cause?: unknown): MenshenError {
  return new MenshenError(
    'config-invalid',
    `${path}: ${what}. Correct the table after the State Council’s notice, or take it away: the year is then unknown.`,
    ...(cause === undefined ? [] : [{ cause }]),
  );
}
