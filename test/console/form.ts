/** The real form over facts of a test's own, and answers that fill it. */
import { assessmentForm } from '#menshen/assessment/index.js';
import { loadLanguages } from '#menshen/language/index.js';
import type { AnswersView, FormView, ReportView } from '../../src/http/console/contract.js';

const languages = loadLanguages();

export const formIn = (language: string): FormView =>
  assessmentForm(languages.texts(language, 'assessment'), {
    ...{ today: '2026-02-03', purposeCode: 'entrance', purpose: 'Staff passing the east gate', method: '1:1' },
    ...{ necessity: 'Hands are full at the gate', impactOnRights: 'An error costs a minute' },
    ...{ alternatives: ['card', 'card+pin'], retentionDays: 365, retentionJustification: 'a year of employment' },
    ...{ people: 12, templates: 9, falseMatchRate: 0.0001, cameras: [{ id: 'gate', zone: '(0.2, 0) (0.8, 1)' }] },
    ...{ attackDetection: 'on', secondFactor: 'card-or-pin', accessibilityHelp: 'Call staff by the button' },
  });

export const complete: AnswersView = Object.fromEntries(
  formIn('en')
    .fields.filter(({ required }) => required)
    .map(({ id, kind, suggestion }) => [
      id,
      suggestion ?? (id === 'decision' ? 'proceed' : kind === 'line' ? 'Ann' : 'Words of the author.'),
    ]),
);

export const report: ReportView = {
  ...{ version: 1, hash: 'c'.repeat(64), recordedAt: '2026-02-03T04:05:00Z' },
  approval: { kind: 'two-callers', submittedBy: 'key-a', approvedBy: 'key-b' },
  assessment: { ...complete, id: 'PIPIA-7', approver: 'Bob', validUntil: '2027-02-03' },
  ...{ standing: 'newest', voidedBy: [] },
};
