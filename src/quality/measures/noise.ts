import { noiseOf } from '../../pixels/index.js';
import { componentWithin } from '../component.js';
import { type Measure, row } from '../measure.js';
import { cropSidePx } from '../subject.js';

/**
 * The sensor's noise over the face's brightness: what is left of it when the face is brought to a common size, which is
 * about what a model sees, and made as bright as any other. Noise makes screens look like skin (see pad/texture.ts).
 */
export const noise: Measure = ({ crop, light }, { maxNoise }) => {
  const value = noiseOf(crop, cropSidePx, cropSidePx) / light.mean;
  return row({ name: 'noise', value, unit: 'ratio', component: componentWithin(value, maxNoise) }, 'picture-noisy');
};
