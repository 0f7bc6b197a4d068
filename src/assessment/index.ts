export {
  type Approval,
  AssessmentRegister,
  type AssessmentState,
  type RecordedAssessment,
} from './assessments.js';
export {
  type Assessment,
  type AssessmentDraft,
  assessmentSchema,
  draftSchema,
  keepUntilOf,
} from './document.js';
export { AssessmentDrafts, type SubmittedDraft } from './drafts.js';
export { type FieldProblemCode, fieldProblemCodes } from './field-problems.js';
export {
  type AssessmentFacts,
  type AssessmentForm,
  assessmentForm,
  type FieldKind,
  type FormField,
  type FormSection,
} from './form.js';
export {
  type AssessedPack,
  type AssessedSettings,
  type AssessmentScope,
  type AssessmentTrigger,
  assessmentTriggers,
} from './scope.js';
export { type Answers, answersSchema, type Unfinished } from './unfinished.js';
