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
    const [left = 0, top = 0, right = 0, bottom = 0] = boxes.subarray(prior * 4, prior * 4 + 4);
    const box = boxOf(left, top, right, bottom);
    if (box !== undefined) faces.push({ box, detectionLikelihood });
  }
  return faces;
}
