import { componentAtLeast } from '../component.js';
import { type Measure, row } from '../measure.js';

/**
 * Distance of the nearest landmark to the picture's border over the inter-eye distance; negative when cut off. It has a
 * natural limit, a landmark on the border, and so needs none from configuration.
 */
export const margin: Measure = ({ picture, face, interEyeDistancePx }) => {
  const { width, height } = picture;
  const nearestPx = Math.min(...face.landmarks.map(({ x, y }) => Math.min(x, y, width - x, height - y)));
  const value = nearestPx / interEyeDistancePx;
  // One inter-eye distance of space is ideal; on the border, value + 1 is the limit of componentAtLeast.
  return row({ name: 'margin', value, unit: 'ratio', component: componentAtLeast(value + 1, 1) }, 'face-cut-off');
};
