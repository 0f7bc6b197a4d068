import { boxOf, type DecodedFace } from './decoded.js';

/**
 * RFB family whose boxes come decoded.
 *
 * @param scores N x 2, the second is the face's likelihood.
 * @param boxes N x 4 corners in 0..1 of the input.
 */
export function decodeRfbCorners(scores: Float32Array, boxes: Float32Array, minLikelihood: number): DecodedFace[] {
  const faces: DecodedFace[] = [];
  for (let prior = 0; prior < scores.length / 2; prior += 1) {
    const detectionLikelihood = scores[prior * 2 + 1] ?? 0;
    if (!(detectionLikelihood >= minLikelihood)) continue;
    const box = boxAt(boxes, prior * 4);
    if (box !== undefined) faces.push({ box, detectionLikelihood });
  }
  return faces;
}

function boxAt(boxes: Float32Array, at: number) {
  return boxOf(boxes[at] ?? 0, boxes[at + 1] ?? 0, boxes[at + 2] ?? 0, boxes[at + 3] ?? 0);
}
