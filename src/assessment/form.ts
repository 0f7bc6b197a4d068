import type { Texts } from '../language/index.js';
import { keepUntilOf } from './document.js';

export type FieldKind = 'line' | 'text' | 'date' | 'choice' | 'list';

export interface FormField {
  readonly id: string;
  /** Id of the part of the form it belongs to. */
  readonly section: FormSection;
  readonly kind: FieldKind;
  readonly clause: string;
  readonly required: boolean;
  readonly question: string;
  readonly hint: string;
  readonly choices?: readonly { readonly value: string; readonly name: string }[];
  /** What the machine already knows to be the answer; it may be taken as it is. */
  readonly suggestion?: string;
  /** What the machine knows about the question; for the author to judge, never an answer by itself. */
  readonly known: readonly string[];
}

/** The form's parts, in their order. */
export const formSections = ['frame', 'grounds', 'ethics', 'impact', 'safeguards', 'term'] as const;
export type FormSection = (typeof formSections)[number];

export interface AssessmentForm {
  readonly language: string;
  readonly title: string;
  readonly introduction: string;
  readonly sections: readonly { readonly id: FormSection; readonly title: string }[];
  readonly fields: readonly FormField[];
}

/** What the machine can say; the rest only a person knows. */
export interface AssessmentFacts {
  readonly today: string;
  readonly purposeCode: string;
  readonly purpose: string;
  readonly method: '1:1' | '1:N';
  readonly necessity: string;
  readonly impactOnRights: string;
  readonly alternatives: readonly ('pin' | 'card' | 'card+pin')[];
  readonly retentionDays: number;
  readonly retentionJustification: string;
  readonly people: number;
  readonly templates: number;
  readonly falseMatchRate: number;
  readonly evaluation?: {
    readonly id: string;
    readonly date: string;
    readonly population: string;
    readonly fmr: number;
  };
  readonly minInterEyeDistancePx?: number;
  readonly cameras: readonly { readonly id: string; readonly zone: string }[];
  readonly attackDetection: string;
  readonly secondFactor: string;
  readonly minorsRules?: string;
  readonly accessibilityHelp: string;
  readonly supersedes?: string;
}

/** The form in one language: command line, screen and API ask the same, in this order (M9.2, D15). */
export function assessmentForm(texts: Texts, facts: AssessmentFacts): AssessmentForm {
  return {
    language: texts.language,
    title: texts.say('title'),
    introduction: texts.say('introduction'),
    sections: formSections.map((id) => ({ id, title: texts.say(`section.${id}`) })),
    fields: fields.map(({ id, kind, clause, optional, choices, suggest, known }) => {
      const suggestion = suggest?.(facts);
      return {
        ...{ id, section: sectionOf(id), kind, clause, required: optional !== true },
        question: texts.say(`${id}.question`),
        hint: texts.say(`${id}.hint`),
        ...(choices === undefined
          ? {}
          : { choices: choices.map((value) => ({ value, name: texts.say(`choice.${value}`) })) }),
        ...(suggestion === undefined ? {} : { suggestion }),
        known: known?.(facts, texts) ?? [],
      };
    }),
  };
}

interface FieldRule {
  readonly id: string;
  readonly kind: FieldKind;
  readonly clause: string;
  readonly optional?: true;
  readonly choices?: readonly string[];
  readonly suggest?: (facts: AssessmentFacts) => string | undefined;
  readonly known?: (facts: AssessmentFacts, texts: Texts) => readonly string[];
}

/** Each part begins with this question and goes on to the next part's. */
const firstOf: Readonly<Record<string, FormSection>> = {
  id: 'frame',
  lawfulBasis: 'grounds',
  ethicsAndStandards: 'ethics',
  impacts: 'impact',
  safeguardsAndProportionality: 'safeguards',
  triggers: 'term',
};

function sectionOf(id: string): FormSection {
  const asked = fields.slice(0, fields.findIndex((field) => field.id === id) + 1);
  return asked.reduce<FormSection>((section, field) => firstOf[field.id] ?? section, 'frame');
}

/** The questions in the order in which they are asked; their words are in config/languages/TAG/assessment.json. */
const fields: readonly FieldRule[] = [
  { id: 'id', kind: 'line', clause: 'M9.1', suggest: ({ today }) => `PIPIA-${today}` },
  { id: 'author', kind: 'line', clause: 'M9.1' },
  { id: 'date', kind: 'date', clause: 'M9.1', suggest: ({ today }) => today },
  {
    id: 'purpose',
    ...{ kind: 'line', clause: 'M4.1', suggest: ({ purposeCode }) => purposeCode },
    known: ({ purpose }, texts) => [texts.say('known.purpose', { purpose })],
  },
  { id: 'method', kind: 'choice', clause: 'M4.3', choices: ['1:1', '1:N'], suggest: ({ method }) => method },
  { id: 'lawfulBasis', kind: 'text', clause: 'M9.2' },
  { id: 'legality', kind: 'text', clause: 'M9.2' },
  { id: 'legitimacy', kind: 'text', clause: 'M9.2' },
  {
    id: 'necessity',
    ...{ kind: 'text', clause: 'M4.2' },
    known: ({ necessity }, texts) => [texts.say('known.necessity', { necessity })],
  },
  {
    id: 'alternativesConsidered',
    ...{ kind: 'text', clause: 'M10.1' },
    known: ({ alternatives }, texts) => [
      texts.say('known.alternatives', {
        alternatives: alternatives.map((name) => texts.say(`alternative.${name}`)).join('; '),
      }),
    ],
  },
  { id: 'ethicsAndStandards', kind: 'text', clause: 'D15' },
  { id: 'precisionAndDistance', kind: 'text', clause: 'D15', known: precision },
  {
    id: 'impacts',
    ...{ kind: 'text', clause: 'M9.2' },
    known: ({ people, templates, impactOnRights }, texts) => [
      texts.say('known.people', { people, templates }),
      texts.say('known.impact', { impactOnRights }),
    ],
  },
  { id: 'mitigationAndEffectiveness', kind: 'text', clause: 'M9.2°' },
  { id: 'risksAndHarm', kind: 'text', clause: 'M9.2°' },
  { id: 'safeguardsAndProportionality', kind: 'text', clause: 'M9.2', known: safeguards },
  { id: 'minorsAndVulnerableGroups', kind: 'text', clause: 'M7.2', known: vulnerable },
  { id: 'residualRisk', kind: 'text', clause: 'M9.2' },
  { id: 'triggers', kind: 'list', clause: 'M9.5°', optional: true, known: (_, texts) => [texts.say('known.triggers')] },
  { id: 'validUntil', kind: 'date', clause: 'M9.5°', optional: true },
  { id: 'supersedes', kind: 'line', clause: 'M9.4', optional: true, suggest: ({ supersedes }) => supersedes },
  { id: 'keepUntil', kind: 'date', clause: 'M9.4', suggest: ({ today }) => keepUntilOf(today) },
  { id: 'decision', kind: 'choice', clause: 'M9.1', choices: ['proceed', 'do-not-proceed'] },
];

function precision(facts: AssessmentFacts, texts: Texts): readonly string[] {
  const { falseMatchRate, evaluation, minInterEyeDistancePx, cameras } = facts;
  return [
    texts.say('known.falseMatchRate', { falseMatchRate }),
    evaluation === undefined ? texts.say('known.noEvaluation') : texts.say('known.evaluation', { ...evaluation }),
    minInterEyeDistancePx === undefined
      ? texts.say('known.distanceOfPack')
      : texts.say('known.distance', { minInterEyeDistancePx }),
    ...cameras.map((camera) => texts.say('known.zone', { ...camera })),
  ];
}

function safeguards(facts: AssessmentFacts, texts: Texts): readonly string[] {
  const { retentionDays, retentionJustification, attackDetection, secondFactor } = facts;
  return [
    texts.say('known.encryption'),
    texts.say('known.retention', { retentionDays, retentionJustification }),
    texts.say('known.attackDetection', { attackDetection, secondFactor }),
  ];
}

function vulnerable({ minorsRules, accessibilityHelp }: AssessmentFacts, texts: Texts): readonly string[] {
  return [
    minorsRules === undefined ? texts.say('known.noMinors') : texts.say('known.minors', { minorsRules }),
    texts.say('known.accessibility', { accessibilityHelp }),
  ];
}
