import { componentAtLeast } from '../component.js';
import { type Measure, row } from '../measure.js';

/** Standard deviation of the inner face's luminance, 0..1. */
export const contrast: Measure = ({ light }, { minContrast }) => {
  const component = componentAtLeast(light.deviation, minContrast);
  return row({ name: 'contrast', value: light.deviation, unit: 'ratio', component }, 'face-low-contrast');
};
