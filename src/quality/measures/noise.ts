import type { Box, Picture } from '../../core/index.js';
import { emptyTensor, noiseOf, resampleToTensor } from '../../pixels/index.js';
import { componentWithin } from '../component.js';
import { type Measure, row } from '../measure.js';

/**
 * The sensor's noise over the face's brightness: what is left of it when the face is brought to a common size, which is
 * about what a model sees, and made as bright as any other. Noise makes screens look like skin (see pad/texture.ts).
 */
export const noise: Measure = ({ picture, innerFace, light }, { maxNoise }) => {
  const value = noiseIn(picture, innerFace) / light.mean;
  return row({ name: 'noise', value, unit: 'ratio', component: componentWithin(value, maxNoise) }, 'picture-noisy');
};

const sidePx = 64;
const layout = { width: sidePx, height: sidePx, colour: 'grey', mean: 0, scale: 1 / 255 } as const;

function noiseIn(picture: Picture, box: Box): number {
  const grey = emptyTensor(layout);
  try {
    resampleToTensor(picture, box, layout, grey);
    return noiseOf(grey, sidePx, sidePx);
  } finally {
    grey.fill(0);
  }
}
