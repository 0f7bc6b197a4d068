import type { QualityLimits, QualityMeasure, QualityReason } from '../core/index.js';
import { acceptableComponent } from './component.js';
import type { QualitySubject } from './subject.js';

/** One measure of picture quality: one file in `measures/`, one row of the assessment. */
export type Measure = (subject: QualitySubject, limits: QualityLimits) => QualityMeasure;

/** A row, with the reason only when the component says that the limit is not met. */
export function row(measured: Omit<QualityMeasure, 'reason'>, reason: QualityReason): QualityMeasure {
  return measured.component >= acceptableComponent ? measured : { ...measured, reason };
}
