import { chinaDayMs, MenshenError } from '../core/index.js';
import { normalCardNumber, pinProblem } from '../credentials/index.js';
import type { AgeBand } from '../store/index.js';
import type { ColumnName } from './header.js';
import type { RawRow } from './rows.js';

/** Somebody who can be added as far as the table tells. */
export interface Candidate {
  readonly line: number;
  readonly personNumber?: string;
  readonly displayName?: string;
  readonly ageBand: AgeBand;
  readonly expiresAtMs: number;
  readonly pin?: string;
  readonly cardNumbers: readonly string[];
  readonly groups: readonly string[];
}

/** Never with the value: reports are read by more people than the table. */
export interface RowProblem {
  readonly line: number;
  readonly column?: ColumnName;
  readonly why: string;
}

export interface CheckRules {
  readonly nowMs: number;
  readonly minPinDigits: number;
  /** For rows that name no end. */
  readonly defaultExpiresAtMs: number | undefined;
  readonly personNumberTaken: (personNumber: string) => boolean;
  readonly cardTaken: (cardNumber: string) => boolean;
  /** Undefined where this terminal keeps no groups. */
  readonly knownGroup: ((id: string) => boolean) | undefined;
}

const longestName = 200;
const mostCards = 5;
const ageBands: Readonly<Record<string, AgeBand>> = {
  adult: 'adult',
  成人: 'adult',
  成年: 'adult',
  minor: 'minor',
  未成年: 'minor',
  未满14岁: 'minor',
  undeclared: 'undeclared',
  未申报: 'undeclared',
};

/** Checks rows one by one and against each other; `check` gives the person, or what is wrong with the row. */
export class RowChecker {
  readonly #rules: CheckRules;
  readonly #firstLines = new Map<string, number>();

  constructor(rules: CheckRules) {
    this.#rules = rules;
  }

  check(row: RawRow): { readonly candidate: Candidate } | { readonly problems: readonly RowProblem[] } {
    const problems: RowProblem[] = [];
    const bad = (column: ColumnName | undefined, why: string): undefined => {
      problems.push({ line: row.line, ...(column === undefined ? {} : { column }), why });
    };
    if (row.misshapen) bad(undefined, 'it has more or fewer cells than the first line');
    const personNumber = this.#personNumber(row, bad);
    const cardNumbers = this.#cardNumbers(row, bad);
    const displayName = nameOf(row, bad);
    const expiresAtMs = this.#expiry(row, bad);
    const ageBand = ageBandOf(row, bad);
    const pin = this.#pin(row, bad);
    const groups = this.#groups(row, bad);
    if (personNumber === undefined && displayName === undefined && cardNumbers.length === 0 && problems.length === 0)
      bad(undefined, 'it names nobody: a person number, a name or a card is needed');
    if (pin !== undefined && row.cells.personNumber === undefined && row.cells.cardNumber === undefined)
      bad('pin', 'a PIN goes with a person number or a card');
    if (problems.length > 0 || expiresAtMs === undefined || ageBand === undefined) return { problems };
    return {
      candidate: {
        ...{ line: row.line, ageBand, expiresAtMs, cardNumbers, groups },
        ...(personNumber === undefined ? {} : { personNumber }),
        ...(displayName === undefined ? {} : { displayName }),
        ...(pin === undefined ? {} : { pin }),
      },
    };
  }

  #personNumber({ cells, line }: RawRow, bad: Bad): string | undefined {
    const { personNumber } = cells;
    if (personNumber === undefined) return undefined;
    if (!/^[A-Za-z0-9-]{1,32}$/.test(personNumber))
      return bad('personNumber', 'a person number has 1 to 32 letters, digits and hyphens');
    // Text that a spreadsheet program would take for a formula when it is exported again.
    if (personNumber.startsWith('-')) return bad('personNumber', 'a person number begins with a letter or a digit');
    this.#once('personNumber', personNumber, line, bad);
    if (this.#rules.personNumberTaken(personNumber)) return bad('personNumber', 'this person number is taken');
    return personNumber;
  }

  #cardNumbers({ cells, line }: RawRow, bad: Bad): readonly string[] {
    const given = (cells.cardNumber ?? '').split(/[;|、]/).filter((part) => part.trim() !== '');
    if (given.length > mostCards) bad('cardNumber', `at most ${mostCards} cards`);
    return given.slice(0, mostCards).flatMap((text) => {
      const card = orUndefined(() => normalCardNumber(text));
      if (card === undefined) return bad('cardNumber', 'a card number has 4 to 40 decimal or hexadecimal digits') ?? [];
      this.#once('cardNumber', card, line, bad);
      if (this.#rules.cardTaken(card)) bad('cardNumber', 'this card is registered already');
      return [card];
    });
  }

  #once(column: 'personNumber' | 'cardNumber', value: string, line: number, bad: Bad): void {
    const key = `${column} ${value}`;
    const first = this.#firstLines.get(key);
    if (first === undefined) this.#firstLines.set(key, line);
    else bad(column, first === line ? 'the same twice in this row' : `the same as in line ${first}`);
  }

  #expiry({ cells }: RawRow, bad: Bad): number | undefined {
    const { nowMs, defaultExpiresAtMs } = this.#rules;
    if (cells.expiresAt === undefined)
      return defaultExpiresAtMs ?? bad('expiresAt', 'when everything about the person goes must be stated');
    const ms = momentOf(cells.expiresAt);
    if (ms === undefined) return bad('expiresAt', 'a date such as 2027-06-30 is needed');
    return ms > nowMs ? ms : bad('expiresAt', 'it is in the past');
  }

  #pin({ cells: { pin } }: RawRow, bad: Bad): string | undefined {
    if (pin === undefined) return undefined;
    const problem = pinProblem(pin, this.#rules.minPinDigits);
    return problem === undefined ? pin : bad('pin', problem);
  }

  #groups({ cells }: RawRow, bad: Bad): readonly string[] {
    const groups = (cells.groups ?? '').split(/[;|、]/).flatMap((part) => part.trim() || []);
    const { knownGroup } = this.#rules;
    if (groups.length > 0 && knownGroup === undefined) bad('groups', 'this terminal keeps no groups');
    else if (groups.some((id) => knownGroup?.(id) === false)) bad('groups', 'there is no such group at this site');
    return groups;
  }
}

type Bad = (column: ColumnName | undefined, why: string) => undefined;

/** Formulas are refused rather than kept: one day somebody opens an export. */
const formula = /^[=+\-@\t\r]/;

function nameOf({ cells: { displayName } }: RawRow, bad: Bad): string | undefined {
  if (displayName === undefined) return undefined;
  if (displayName.length > longestName) return bad('displayName', `at most ${longestName} characters`);
  if (formula.test(displayName)) return bad('displayName', 'it begins like a formula (= + - @)');
  if (/\p{Cc}/u.test(displayName)) return bad('displayName', 'it has signs that cannot be printed');
  return displayName;
}

function ageBandOf({ cells: { ageBand } }: RawRow, bad: Bad): AgeBand | undefined {
  // As declared, never estimated: whoever said nothing is treated like a minor (M7.1).
  if (ageBand === undefined) return 'undeclared';
  return ageBands[ageBand.toLowerCase()] ?? bad('ageBand', 'adult, minor or undeclared, as the person declared it');
}

/** A day ends with it, in China's time; a spreadsheet writes days with strokes. */
function momentOf(text: string): number | undefined {
  const day = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text);
  if (day === null) {
    const ms = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(ms) ? undefined : ms;
  }
  const [, year = '', month = '', date = ''] = day;
  const beginMs = chinaDayMs(`${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`);
  return beginMs === undefined ? undefined : beginMs + 86_400_000;
}

function orUndefined<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (thrown) {
    if (thrown instanceof MenshenError) return undefined;
    throw thrown;
  }
}
