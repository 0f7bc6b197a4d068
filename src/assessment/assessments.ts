import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { type AuditPort, type Clock, MenshenError } from '../core/index.js';
import { canonicalJson, hash } from '../crypto/index.js';
import type { Store } from '../store/index.js';

/** At least three characters that say something. */
const words = Type.String({ pattern: '\\S[\\s\\S]*\\S[\\s\\S]*\\S', maxLength: 20_000 });
const isoDate = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });

/** The impact assessment's fields (M9.2, D15); all of them, none optional. What they say is attested, not verified. */
export const assessmentSchema = Type.Object(
  {
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
    keepUntil: isoDate,
  },
  { additionalProperties: false },
);
export type Assessment = Static<typeof assessmentSchema>;

export type AssessmentState =
  | { readonly state: 'valid'; readonly version: number; readonly hash: string; readonly date: string }
  | { readonly state: 'none' | 'invalidated' | 'refused'; readonly why: string };

/** What the assessment must cover: purpose and method as they run, and the notice's material fields. */
export interface AssessmentScope {
  readonly purposeCode: string;
  readonly method: '1:1' | '1:N';
  readonly materialHash: string;
}

const keptYears = 3;

/** Impact assessments, versioned; without a valid one the face stays off (M9.1). */
export class AssessmentRegister {
  readonly #store: Store;
  readonly #audit: AuditPort;
  readonly #clock: Clock;

  constructor(store: Store, audit: AuditPort, clock: Clock) {
    this.#store = store;
    this.#audit = audit;
    this.#clock = clock;
  }

  /** @throws MenshenError `assessment-invalid` naming the field. */
  record(candidate: unknown, scope: AssessmentScope): { version: number; hash: string } {
    const today = new Date(this.#clock.wallMs()).toISOString().slice(0, 10);
    const assessment = checked(candidate, scope, today);
    const body = canonicalJson({ assessment, materialHash: scope.materialHash });
    const bodyHash = Buffer.from(hash(body)).toString('hex');
    return this.#store.transaction(() => {
      const version = this.#store.documents.add('assessment', bodyHash, body, Math.round(this.#clock.wallMs()));
      this.#audit.append('assessment.recorded', {
        version,
        hash: bodyHash,
        decision: assessment.decision,
        author: assessment.author,
        approver: assessment.approver,
      });
      return { version, hash: bodyHash };
    });
  }

  state(scope: AssessmentScope): AssessmentState {
    const row = this.#store.documents.newest('assessment');
    if (row === undefined) return { state: 'none', why: 'no impact assessment was recorded (M9.1)' };
    const { assessment, materialHash } = JSON.parse(row.body) as { assessment: Assessment; materialHash: string };
    if (assessment.decision !== 'proceed')
      return { state: 'refused', why: `assessment ${assessment.id} decided not to proceed` };
    if (materialHash !== scope.materialHash || assessment.method !== scope.method) {
      return { state: 'invalidated', why: 'purpose or method changed since the assessment (M9.5)' };
    }
    return { state: 'valid', version: row.version, hash: row.hash, date: assessment.date };
  }
}

function checked(candidate: unknown, scope: AssessmentScope, today: string): Assessment {
  const [problem] = Value.Errors(assessmentSchema, candidate);
  if (problem !== undefined || !Value.Check(assessmentSchema, candidate)) {
    throw invalid(
      `${problem?.instancePath.slice(1).replaceAll('/', '.') || 'the document'}: ${problem?.message ?? 'does not fit'}`,
    );
  }
  if (JSON.stringify(candidate).includes('FILL IN')) throw invalid('some lines still say FILL IN');
  if (candidate.date > today) throw invalid('date: it lies in the future');
  if (candidate.author === candidate.approver) throw invalid('author and approver must be two people');
  if (candidate.purpose !== scope.purposeCode) throw invalid(`purpose: the site’s purpose is ${scope.purposeCode}`);
  if (candidate.method !== scope.method) throw invalid(`method: the site runs ${scope.method}`);
  const keptLongEnough = new Date(candidate.date);
  keptLongEnough.setUTCFullYear(keptLongEnough.getUTCFullYear() + keptYears);
  if (Number.isNaN(keptLongEnough.getTime()) || candidate.keepUntil < keptLongEnough.toISOString().slice(0, 10)) {
    throw invalid(`keepUntil: the report is kept at least ${keptYears} years (M9.4)`);
  }
  return candidate;
}

const invalid = (what: string): MenshenError => new MenshenError('assessment-invalid', `${what}.`);
