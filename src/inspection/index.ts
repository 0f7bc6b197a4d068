export {
  type Conclusion,
  conclusions,
  type InspectorFinding,
  type InspectorItemId,
  inspectorAnswers,
  inspectorItems,
  type MachineFinding,
  type MachineFindings,
  type MachineItemId,
  machineItems,
} from './checklist.js';
export { type InspectionForm, inspectionForm } from './form.js';
export { type Inspection, type InspectionParts, type InspectionReport, Inspections } from './inspections.js';
export { type InspectionDue, InspectionSchedule, type InspectionTerms } from './schedule.js';
