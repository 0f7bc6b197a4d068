import type { Box, Point } from '../../core/index.js';
import { componentAtLeast } from '../component.js';
import { type Measure, row } from '../measure.js';

/**
 * Distance of the nearest landmark to the picture's border over the inter-eye distance; negative when cut off. It has a
 * natural limit, a landmark on the border, and so needs none from configuration. Without landmarks the box's corners
 * stand for them: detectors that find points draw it close around the face.
 */
export const margin: Measure = ({ picture, face, interEyeDistancePx }) => {
  const { width, height } = picture;
  const outline = face.landmarks.length === 0 ? cornersOf(face.box) : face.landmarks;
  const nearestPx = Math.min(...outline.map(({ x, y }) => Math.min(x, y, width - x, height - y)));
  const value = nearestPx / interEyeDistancePx;
  // One inter-eye distance of space is ideal; on the border, value + 1 is the limit of componentAtLeast.
  return row({ name: 'margin', value, unit: 'ratio', component: componentAtLeast(value + 1, 1) }, 'face-cut-off');
};

function cornersOf({ x, y, width, height }: Box): Point[] {
  return [
    { x, y },
    { x: x + width, y: y + height },
  ];
}
