import type { Picture, QualityAssessment, QualityLimits, QualityMeasure, QualityReason } from '../core/index.js';
import type { Measure } from './measure.js';
import { contrast } from './measures/contrast.js';
import { interEyeDistance } from './measures/inter-eye-distance.js';
import { luminance } from './measures/luminance.js';
import { margin } from './measures/margin.js';
import { noise } from './measures/noise.js';
import { pitch } from './measures/pitch.js';
import { roll } from './measures/roll.js';
import { sharpness } from './measures/sharpness.js';
import { yaw } from './measures/yaw.js';
import { type FaceToAssess, subjectOf, wipeSubject } from './subject.js';

/** In the order in which a person can do something about it: come closer, into the picture, into the light, look here. */
const measures: readonly Measure[] = [
  interEyeDistance,
  margin,
  luminance,
  contrast,
  noise,
  sharpness,
  yaw,
  pitch,
  roll,
];

/** Every measure of one face against the limits; acceptable when none of them has a reason not to be. */
export function assessQuality(picture: Picture, face: FaceToAssess, limits: QualityLimits): QualityAssessment {
  const rows = rowsOf(picture, face, limits);
  const reasons = rows.flatMap(({ reason }): QualityReason[] => (reason ? [reason] : []));
  return {
    acceptable: reasons.length === 0,
    unified: Math.min(...rows.map(({ component }) => component)),
    reasons: [...new Set(reasons)],
    measures: rows,
  };
}

function rowsOf(picture: Picture, face: FaceToAssess, limits: QualityLimits): QualityMeasure[] {
  const subject = subjectOf(picture, face);
  try {
    return measures.map((measure) => measure(subject, limits));
  } finally {
    wipeSubject(subject);
  }
}
