import { boxOf, type DecodedFace, type InputSize, pointsOf } from './decoded.js';

/** One stride's outputs; cells row by row, the anchors of a cell one after the other. */
export interface ScrfdLevel {
  readonly stride: number;
  /** A likelihood an anchor. */
  readonly scores: Float32Array;
  /** Four numbers an anchor: distances from the cell's corner to the left, top, right and bottom side, in strides. */
  readonly boxes: Float32Array;
  /** Ten numbers an anchor: five points from the cell's corner, in strides. Absent in exports without points. */
  readonly points?: Float32Array;
}

/** SCRFD, as InsightFace reads it. `anchors` share one cell. */
export function decodeScrfd(
  levels: readonly ScrfdLevel[],
  anchors: number,
  size: InputSize,
  minLikelihood: number,
): DecodedFace[] {
  return levels.flatMap((level) => decodeLevel(level, anchors, size, minLikelihood));
}

function decodeLevel(
  { stride, scores, boxes, points }: ScrfdLevel,
  anchors: number,
  { width, height }: InputSize,
  minLikelihood: number,
): DecodedFace[] {
  const columns = width / stride;
  const faces: DecodedFace[] = [];
  for (let anchor = 0; anchor < scores.length; anchor += 1) {
    const detectionLikelihood = Math.min(1, scores[anchor] ?? 0);
    if (!(detectionLikelihood >= minLikelihood)) continue;
    const cell = Math.floor(anchor / anchors);
    const column = cell % columns;
    const row = Math.floor(cell / columns);
    const across = (steps: number) => ((column + steps) * stride) / width;
    const down = (steps: number) => ((row + steps) * stride) / height;
    const [left = 0, top = 0, right = 0, bottom = 0] = boxes.subarray(anchor * 4, anchor * 4 + 4);
    const box = boxOf(across(-left), down(-top), across(right), down(bottom));
    if (box === undefined) continue;
    const five = points && pointsOf((index) => pointAt(points, anchor * 10 + index * 2, across, down));
    if (points !== undefined && five === undefined) continue;
    faces.push(five === undefined ? { box, detectionLikelihood } : { box, points: five, detectionLikelihood });
  }
  return faces;
}

function pointAt(
  points: Float32Array,
  at: number,
  across: (steps: number) => number,
  down: (steps: number) => number,
): { x: number; y: number } {
  return { x: across(points[at] ?? Number.NaN), y: down(points[at + 1] ?? Number.NaN) };
}
