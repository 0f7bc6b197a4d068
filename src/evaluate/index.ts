export type { AcquireProgress } from './acquire/acquire.js';
export { type Calibration, type CalibrationOptions, calibrate, type LooseningAcceptance } from './calibrate.js';
export type { PadProposal } from './calibrate-pad.js';
export type {
  Dataset,
  FaceDataset,
  LabelledPicture,
  LabelledPresentation,
  PresentationDataset,
} from './datasets/dataset.js';
export { openDataset } from './datasets/open-dataset.js';
export type {
  Accuracy,
  ComparisonFigures,
  FusionGain,
  IdentificationFigures,
  Interval,
  NotMeasured,
  OperatingPoint,
  PadFigures,
  PadGroup,
  PadWindow,
  Rate,
  RecognitionFigures,
} from './figures.js';
export { keepReport } from './keep-report.js';
export { reportAsHtml } from './report/html/page.js';
export { makeReport, readReport, writeReport } from './report/report.js';
export type { DataSet, EvaluationReport, ReportContent, TimedStep } from './report/schema.js';
export { reportAsText } from './report/text.js';
export { type EvaluationOptions, runEvaluation } from './run.js';
export { bonaFideSpecies, type FaceSample, type PairList, type PresentationRecording } from './samples.js';
export { evaluatePad, type PadInput } from './statistics/pad.js';
export type { PadSettings } from './statistics/pad-windows.js';
export type { OnProgress } from './statistics/progress.js';
export { evaluateRecognition, type RecognitionInput } from './statistics/recognition.js';
export { calibratedManifest, writeCalibration } from './write-calibration.js';
export { writeImpostorModel } from './write-impostor-model.js';
