import { componentWithin } from '../component.js';
import { type Measure, row } from '../measure.js';

/** Leaning to a shoulder, in degrees. */
export const roll: Measure = ({ pose }, { maxRollDeg }) =>
  row(
    { name: 'roll', value: pose.rollDeg, unit: 'deg', component: componentWithin(pose.rollDeg, maxRollDeg) },
    'face-turned-away',
  );
