import type { Box, Picture } from '../../core/index.js';
import { emptyTensor, resampleToTensor, sharpnessOf } from '../../pixels/index.js';
import { componentAtLeast } from '../component.js';
import { type Measure, row } from '../measure.js';

/** Variance of the Laplacian over the variance, on the inner face brought to a common size. */
export const sharpness: Measure = ({ picture, innerFace }, { minSharpness }) => {
  const value = sharpnessIn(picture, innerFace);
  return row(
    { name: 'sharpness', value, unit: 'ratio', component: componentAtLeast(value, minSharpness) },
    'face-blurred',
  );
};

/** In the camera's own pixels, every large face would count as blurred. */
const sidePx = 64;
const layout = { width: sidePx, height: sidePx, colour: 'grey', mean: 0, scale: 1 / 255 } as const;

function sharpnessIn(picture: Picture, box: Box): number {
  const grey = emptyTensor(layout);
  try {
    resampleToTensor(picture, box, layout, grey);
    return sharpnessOf(grey, sidePx, sidePx);
  } finally {
    grey.fill(0);
  }
}
