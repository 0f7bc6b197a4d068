import { type Static, Type } from '#typebox';
import { Value } from '#typebox/value';
import { MenshenError } from '../core/index.js';
import { dayPattern, type Finding, finding, refuseFindings, schemaFindings } from './field-problems.js';
import type { AssessmentScope } from './scope.js';

/** At least three characters that say something. */
const words = Type.String({ pattern: '\\S[\\s\\S]*\\S[\\s\\S]*\\S', maxLength: 20_000 });
const isoDate = Type.String({ pattern: dayPattern });

const fields = {
  id: Type.String({ minLength: 1, maxLength: 100 }),
  author: Type.String({ minLength: 2 }),
  approver: Type.String({ minLength: 2 }),
  date: isoDate,
  purpose: Type.String({ minLength: 1 }),
  method: Type.Union([Type.Literal('1:1'), Type.Literal('1:N')]),
  lawfulBasis: words,
  legality: words,
  legitimacy: words,
  necessity: words,
  alternativesConsidered: words,
  ethicsAndStandards: words,
  precisionAndDistance: words,
  impacts: words,
  mitigationAndEffectiveness: words,
  risksAndHarm: words,
  safeguardsAndProportionality: words,
  minorsAndVulnerableGroups: words,
  residualRisk: words,
  decision: Type.Union([Type.Literal('proceed'), Type.Literal('do-not-proceed')]),
  /** What voids it besides what always does; for people to act on. */
  triggers: Type.Optional(Type.Array(words, { maxItems: 50 })),
  /** Id of the assessment that it stands in for; filled in when left out. */
  supersedes: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  /** Its own end, if the site sets one: from the next day on it is void. */
  validUntil: Type.Optional(isoDate),
  keepUntil: isoDate,
};

/** The impact assessment's fields (M9.2, D15), each of which must say something. What they say is attested, not verified. */
export const assessmentSchema = Type.Object(fields, { additionalProperties: false });
export type Assessment = Static<typeof assessmentSchema>;

const { approver: _later, ...authored } = fields;
/** What the author hands in: everything but who approves it. */
export const draftSchema = Type.Object(authored, { additionalProperties: false });
export type AssessmentDraft = Static<typeof draftSchema>;
export const draftFields = Object.keys(authored) as readonly (keyof AssessmentDraft)[];

/** M9.4. */
const keptYears = 3;

/** @throws MenshenError `assessment-invalid` naming every field that does not fit. */
export function checkedAssessment(candidate: unknown, scope: AssessmentScope, today: string): Assessment {
  return checked(assessmentSchema, candidate, scope, today, ({ author, approver }) => {
    if (sameName(author, approver)) throw invalid('author and approver must be two people');
  });
}

/** The same before anybody approved it. */
export function checkedDraft(candidate: unknown, scope: AssessmentScope, today: string): AssessmentDraft {
  return checked(draftSchema, candidate, scope, today);
}

function checked<Schema extends typeof assessmentSchema | typeof draftSchema>(
  schema: Schema,
  candidate: unknown,
  scope: AssessmentScope,
  today: string,
  more: (document: Static<Schema>) => void = () => undefined,
): Static<Schema> {
  if (typeof candidate !== 'object' || candidate === null || Array.isArray(candidate))
    throw invalid('the document: it holds no fields');
  refuseFindings([...schemaFindings(schema, candidate), ...contentFindings(candidate, scope, today)]);
  if (!Value.Check(schema, candidate)) throw invalid('the document: does not fit');
  more(candidate);
  return candidate;
}

/** What a schema cannot say; a field that is no text is the schema's to refuse. */
function contentFindings(document: object, scope: AssessmentScope, today: string): Finding[] {
  const text = (field: string): string | undefined => {
    const value: unknown = Reflect.get(document, field);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const findings = Object.entries(document)
    .filter(([, value]) => typeof value === 'string' && value.includes('FILL IN'))
    .map(([field]) => finding(field, 'still-template', 'it still says FILL IN'));
  const [date, purpose, method] = [text('date'), text('purpose'), text('method')];
  if (date !== undefined && date > today) findings.push(finding('date', 'in-the-future', 'it lies in the future'));
  if (purpose !== undefined && purpose !== scope.purposeCode)
    findings.push(finding('purpose', 'differs-from-site', `the site’s purpose is ${scope.purposeCode}`));
  if ((method === '1:1' || method === '1:N') && method !== scope.method)
    findings.push(finding('method', 'differs-from-site', `the site runs ${scope.method}`));
  return [...findings, ...keepingFindings(date, text('keepUntil')), ...endFindings(text('validUntil'), today)];
}

function keepingFindings(date: string | undefined, keepUntil: string | undefined): Finding[] {
  if (date === undefined) return [];
  const leastKept = keepUntilOf(date);
  if (leastKept === undefined) return [finding('date', 'not-a-date', 'it is no day')];
  if (keepUntil === undefined) return [];
  if (!isDay(keepUntil)) return [finding('keepUntil', 'not-a-date', 'it is no day')];
  if (keepUntil >= leastKept) return [];
  return [finding('keepUntil', 'kept-too-short', `the report is kept at least ${keptYears} years (M9.4)`)];
}

function endFindings(validUntil: string | undefined, today: string): Finding[] {
  if (validUntil === undefined) return [];
  if (!isDay(validUntil)) return [finding('validUntil', 'not-a-date', 'it is no day')];
  return validUntil < today ? [finding('validUntil', 'has-passed', 'it has passed')] : [];
}

/** The first day on which a report of this date may be deleted; undefined when it is no date. */
export function keepUntilOf(date: string): string | undefined {
  const kept = new Date(date);
  kept.setUTCFullYear(kept.getUTCFullYear() + keptYears);
  return Number.isNaN(kept.getTime()) ? undefined : kept.toISOString().slice(0, 10);
}

const isDay = (text: string): boolean => !Number.isNaN(Date.parse(text));

/** Written with another case, width or space it is still the same person. */
export function sameName(one: string, other: string): boolean {
  const plain = (name: string) => name.normalize('NFKC').replace(/\s+/gu, '').toLowerCase();
  return plain(one) === plain(other);
}

export const invalid = (what: string): MenshenError => new MenshenError('assessment-invalid', `${what}.`);
