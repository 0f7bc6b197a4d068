import { componentAtLeast } from '../component.js';
import { type Measure, row } from '../measure.js';

/** Pixels between the eyes' centres: distance from the camera, and how much the embedding has to go by. */
export const interEyeDistance: Measure = ({ interEyeDistancePx: value }, { minInterEyeDistancePx }) =>
  row(
    { name: 'interEyeDistance', value, unit: 'px', component: componentAtLeast(value, minInterEyeDistancePx) },
    'face-too-small',
  );
