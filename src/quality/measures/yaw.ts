import { componentWithin } from '../component.js';
import { type Measure, row } from '../measure.js';

/** Turned to the left or right, in degrees. */
export const yaw: Measure = ({ pose }, { maxYawDeg }) =>
  row(
    { name: 'yaw', value: pose.yawDeg, unit: 'deg', component: componentWithin(pose.yawDeg, maxYawDeg) },
    'face-turned-away',
  );
