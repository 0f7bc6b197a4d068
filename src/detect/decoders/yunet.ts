import { boxOf, type DecodedFace, type InputSize, pointsOf } from './decoded.js';

/** One stride's outputs; cells row by row. */
export interface YunetLevel {
  readonly stride: number;
  /** A likelihood a cell that the face is one, and one that there is something. */
  readonly classes: Float32Array;
  readonly objects: Float32Array;
  /** Four numbers a cell: centre x and y from the cell, in strides; logarithms of width and height in strides. */
  readonly boxes: Float32Array;
  /** Ten numbers a cell: five points from the cell, in strides. */
  readonly points: Float32Array;
}

/** YuNet (face_detection_yunet 2023mar), as OpenCV's FaceDetectorYN reads it. */
export function decodeYunet(levels: readonly YunetLevel[], size: InputSize, minLikelihood: number): DecodedFace[] {
  return levels.flatMap((level) => decodeLevel(level, size, minLikelihood));
}

function decodeLevel(level: YunetLevel, { width, height }: InputSize, minLikelihood: number): DecodedFace[] {
  const { stride, classes, objects, boxes, points } = level;
  const columns = width / stride;
  const faces: DecodedFace[] = [];
  for (let cell = 0; cell < classes.length; cell += 1) {
    const detectionLikelihood = Math.sqrt(clamp(classes[cell]) * clamp(objects[cell]));
    if (!(detectionLikelihood >= minLikelihood)) continue;
    const column = cell % columns;
    const row = Math.floor(cell / columns);
    const [dx = 0, dy = 0, logWidth = 0, logHeight = 0] = boxes.subarray(cell * 4, cell * 4 + 4);
    const x = ((column + dx) * stride) / width;
    const y = ((row + dy) * stride) / height;
    const halfWidth = (Math.exp(logWidth) * stride) / width / 2;
    const halfHeight = (Math.exp(logHeight) * stride) / height / 2;
    const box = boxOf(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
    const five = pointsOf((index) => ({
      x: ((column + (points[cell * 10 + index * 2] ?? Number.NaN)) * stride) / width,
      y: ((row + (points[cell * 10 + index * 2 + 1] ?? Number.NaN)) * stride) / height,
    }));
    if (box !== undefined && five !== undefined) faces.push({ box, points: five, detectionLikelihood });
  }
  return faces;
}

function clamp(value = 0): number {
  return Math.max(0, Math.min(1, value));
}
