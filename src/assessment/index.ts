export {
  type Assessment,
  AssessmentRegister,
  type AssessmentScope,
  type AssessmentState,
  assessmentSchema,
} from './assessments.js';
