import type { TSchema } from '#typebox';
import { Value } from '#typebox/value';
import { choicesIn, complaintInWords, type FieldProblem, MenshenError } from '../core/index.js';

/** What can be wrong with one field, for whoever shows it beside the question. */
export const fieldProblemCodes = [
  'missing',
  'too-short',
  'too-long',
  'not-a-date',
  'in-the-future',
  'has-passed',
  'kept-too-short',
  'differs-from-site',
  'not-a-choice',
  'still-template',
  'unknown-field',
  'malformed',
] as const;
export type FieldProblemCode = (typeof fieldProblemCodes)[number];

export const dayPattern = '^\\d{4}-\\d{2}-\\d{2}$';

/** One problem with the words for a log or a terminal. */
export interface Finding extends FieldProblem {
  readonly code: FieldProblemCode;
  readonly words: string;
}

/** Every field that does not fit the schema, once, in the order of the validator. */
export function schemaFindings(schema: TSchema, candidate: unknown): Finding[] {
  const found = new Map<string, Finding>();
  const complaints = Value.Errors(schema, candidate);
  for (const [index, complaint] of complaints.entries()) {
    const { keyword, instancePath, params } = complaint;
    const [field = '', ...within] = instancePath.slice(1).split('/');
    const value = typeof candidate === 'object' && candidate !== null ? Reflect.get(candidate, field) : undefined;
    const { requiredProperties = [], additionalProperties = [], pattern } = params as ErrorFacts;
    const choices = choicesIn(complaints.slice(index));
    const words = choices === undefined ? complaintInWords(complaint, schema) : `must be ${choices.join(' or ')}`;
    const findings: Finding[] =
      field === ''
        ? [
            ...requiredProperties.map((name) => finding(name, 'missing', 'it is missing')),
            ...additionalProperties.map((name) => finding(name, 'unknown-field', 'the form has no such field')),
          ]
        : [finding(field, codeOf(keyword, value, pattern === dayPattern && within.length === 0), words)];
    for (const one of findings) if (!found.has(one.field) || one.code === 'unknown-field') found.set(one.field, one);
  }
  return [...found.values()];
}

/** @throws MenshenError `assessment-invalid` that names the first field in words and all of them in `fields`. */
export function refuseFindings(findings: readonly Finding[]): void {
  const [first] = findings;
  if (first === undefined) return;
  const fields = findings
    .filter(({ field }, index) => findings.findIndex((other) => other.field === field) === index)
    .map(({ field, code }) => ({ field, code }));
  throw new MenshenError('assessment-invalid', `${first.field}: ${first.words}.`, { fields });
}

export const finding = (field: string, code: FieldProblemCode, words: string): Finding => ({ field, code, words });

interface ErrorFacts {
  readonly requiredProperties?: readonly string[];
  readonly additionalProperties?: readonly string[];
  readonly pattern?: unknown;
}

function codeOf(keyword: string, value: unknown, isDay: boolean): FieldProblemCode {
  if (value === undefined || value === null || (typeof value === 'string' && value.trim() === '')) return 'missing';
  switch (keyword) {
    case 'const':
    case 'anyOf':
      return 'not-a-choice';
    case 'maxLength':
    case 'maxItems':
      return 'too-long';
    case 'minLength':
      return 'too-short';
    case 'pattern':
      // The one pattern besides a day's asks for words that say something.
      return isDay ? 'not-a-date' : 'too-short';
    default:
      return 'malformed';
  }
}
