import { boxOf, type DecodedFace, type InputSize } from './decoded.js';

/** Sides of the family's priors in pixels of the input, by stride (Ultra-Light-Fast-Generic-Face-Detector-1MB). */
const priorSides = [
  [8, [10, 16, 24]],
  [16, [32, 48]],
  [32, [64, 96]],
  [64, [128, 192, 256]],
] as const;
const centreVariance = 0.1;
const sizeVariance = 0.2;

/**
 * RFB family exported without post-processing: boxes are offsets from priors.
 *
 * @param scores N x 2, the second is the face's likelihood.
 * @param offsets N x 4: centre x, centre y, width, height against the prior, in the order stride, row, column, prior.
 */
export function decodeRfbPriors(
  scores: Float32Array,
  offsets: Float32Array,
  size: InputSize,
  minLikelihood: number,
): DecodedFace[] {
  const faces: DecodedFace[] = [];
  let prior = 0;
  for (const [stride, sides] of priorSides) {
    for (let row = 0; row < Math.ceil(size.height / stride); row += 1) {
      for (let column = 0; column < Math.ceil(size.width / stride); column += 1) {
        for (const side of sides) {
          const detectionLikelihood = scores[prior * 2 + 1] ?? 0;
          const box = detectionLikelihood >= minLikelihood ? boxAt(prior, row, column, stride, side) : undefined;
          if (box !== undefined) faces.push({ box, detectionLikelihood });
          prior += 1;
        }
      }
    }
  }
  return faces;

  function boxAt(at: number, row: number, column: number, stride: number, side: number) {
    const offset = (index: number) => offsets[at * 4 + index] ?? 0;
    const priorWidth = clamp(side / size.width);
    const priorHeight = clamp(side / size.height);
    const x = clamp(((column + 0.5) * stride) / size.width) + offset(0) * centreVariance * priorWidth;
    const y = clamp(((row + 0.5) * stride) / size.height) + offset(1) * centreVariance * priorHeight;
    const width = Math.exp(offset(2) * sizeVariance) * priorWidth;
    const height = Math.exp(offset(3) * sizeVariance) * priorHeight;
    return boxOf(x - width / 2, y - height / 2, x + width / 2, y + height / 2);
  }
}

/** The family's priors do not reach beyond the picture. */
const clamp = (value: number): number => Math.max(0, Math.min(1, value));
