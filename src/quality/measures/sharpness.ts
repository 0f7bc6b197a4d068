import { sharpnessOf } from '../../pixels/index.js';
import { componentAtLeast } from '../component.js';
import { type Measure, row } from '../measure.js';
import { cropSidePx } from '../subject.js';

/** Variance of the Laplacian over the variance, on the inner face brought to a common size. */
export const sharpness: Measure = ({ crop }, { minSharpness }) => {
  const value = sharpnessOf(crop, cropSidePx, cropSidePx);
  return row(
    { name: 'sharpness', value, unit: 'ratio', component: componentAtLeast(value, minSharpness) },
    'face-blurred',
  );
};
