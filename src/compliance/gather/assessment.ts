import { type Assessment, assessmentSchema } from '../../assessment/index.js';
import type { FacePolicy } from '../../policy/index.js';
import type { Store } from '../../store/index.js';
import type { AssessmentFacts } from '../facts.js';

const required: readonly string[] = assessmentSchema.required;

/** The newest impact assessment, whether it counts or not. */
export function assessmentFacts(store: Store, policy: FacePolicy): AssessmentFacts {
  const state = policy.assessment();
  const why = state.state === 'valid' ? undefined : state.why;
  const row = store.documents.newest('assessment');
  if (row === undefined) return { state: state.state, why, missing: required };
  // Written by the assessment room alone, which checked every field.
  const { assessment } = JSON.parse(row.body) as { assessment: Partial<Assessment> };
  const { id, author, approver, date, keepUntil, purpose, method } = assessment;
  return {
    ...{ state: state.state, why, version: row.version, hash: row.hash },
    ...{ id, author, approver, date, keepUntil, purpose, method },
    missing: required.filter((name) => saysNothing(assessment, name)),
  };
}

function saysNothing(assessment: object, field: string): boolean {
  const value: unknown = Object.entries(assessment).find(([name]) => name === field)?.[1];
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}
