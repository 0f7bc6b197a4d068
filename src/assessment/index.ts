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
export { type AssessmentFacts, type AssessmentForm, assessmentForm, type FieldKind, type FormField } from './form.js';
export {
  type AssessedPack,
  type AssessedSettings,
  type AssessmentScope,
  type AssessmentTrigger,
  assessmentTriggers,
} from './scope.js';
