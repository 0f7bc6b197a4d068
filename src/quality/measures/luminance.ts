import { componentBetween } from '../component.js';
import { type Measure, row } from '../measure.js';

/** Mean luminance of the inner face, 0..1. */
export const luminance: Measure = ({ light }, { minLuminance, maxLuminance }) => {
  const component = componentBetween(light.mean, minLuminance, maxLuminance);
  const reason = light.mean < (minLuminance + maxLuminance) / 2 ? 'face-too-dark' : 'face-too-bright';
  return row({ name: 'luminance', value: light.mean, unit: 'ratio', component }, reason);
};
