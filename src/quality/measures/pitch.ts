import { componentWithin } from '../component.js';
import { type Measure, row } from '../measure.js';

/** Looking up or down, in degrees. */
export const pitch: Measure = ({ pose }, { maxPitchDeg }) =>
  row(
    { name: 'pitch', value: pose.pitchDeg, unit: 'deg', component: componentWithin(pose.pitchDeg, maxPitchDeg) },
    'face-turned-away',
  );
