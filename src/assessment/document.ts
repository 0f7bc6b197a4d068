import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { MenshenError } from '../core/index.js';
import type { AssessmentScope } from './scope.js';

/** At least three characters that say something. */
const words = Type.String({ pattern: '\\S[\\s\\S]*\\S[\\s\\S]*\\S', maxLength: 20_000 });
const isoDate = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });

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

/** M9.4. */
const keptYears = 3;

/** @throws MenshenError `assessment-invalid` naming the field. */
export function checkedAssessment(candidate: unknown, scope: AssessmentScope, today: string): Assessment {
  if (!Value.Check(assessmentSchema, candidate)) throw unfit(Value.Errors(assessmentSchema, candidate)[0]);
  checkContent(candidate, scope, today);
  if (sameName(candidate.author, candidate.approver)) throw invalid('author and approver must be two people');
  return candidate;
}

/** The same before anybody approved it. */
export function checkedDraft(candidate: unknown, scope: AssessmentScope, today: string): AssessmentDraft {
  if (!Value.Check(draftSchema, candidate)) throw unfit(Value.Errors(draftSchema, candidate)[0]);
  checkContent(candidate, scope, today);
  return candidate;
}

function checkContent(candidate: AssessmentDraft, scope: AssessmentScope, today: string): void {
  if (JSON.stringify(candidate).includes('FILL IN')) throw invalid('some lines still say FILL IN');
  if (candidate.date > today) throw invalid('date: it lies in the future');
  if (candidate.purpose !== scope.purposeCode) throw invalid(`purpose: the site’s purpose is ${scope.purposeCode}`);
  if (candidate.method !== scope.method) throw invalid(`method: the site runs ${scope.method}`);
  const leastKept = keepUntilOf(candidate.date);
  if (leastKept === undefined || !isDay(candidate.keepUntil) || candidate.keepUntil < leastKept) {
    throw invalid(`keepUntil: the report is kept at least ${keptYears} years (M9.4)`);
  }
  const { validUntil } = candidate;
  if (validUntil !== undefined && (!isDay(validUntil) || validUntil < today))
    throw invalid('validUntil: it is no day, or it has passed');
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

function unfit(problem: { instancePath: string; message: string } | undefined): MenshenError {
  const where = problem?.instancePath.slice(1).replaceAll('/', '.');
  return invalid(
    `${where === undefined || where === '' ? 'the document' : where}: ${problem?.message ?? 'does not fit'}`,
  );
}
