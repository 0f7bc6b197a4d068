import type { Box, Picture } from '../core/index.js';
import type { Models } from '../inference/index.js';
import { emptyTensor, layoutOf, resampleToTensor } from '../pixels/index.js';
import { keepBest } from './overlap.js';

export interface DetectedFace {
  /** Pixels of the picture. */
  readonly box: Box;
  /** 0..1, the detector's own. */
  readonly detectionLikelihood: number;
}

export interface FaceDetector {
  /** Every face in the picture, most likely first; boxes and nothing more. Error: `inference-failed`. */
  detect(picture: Picture): Promise<readonly DetectedFace[]>;
}

/** A detector of the RFB family whose boxes come decoded, as corners in 0..1 of its input. */
export function createDetector(models: Models): FaceDetector {
  const spec = models.spec('detection');
  const layout = layoutOf(spec.input);
  const { minLikelihood, maxOverlap } = spec.settings;
  return {
    async detect(picture) {
      const input = emptyTensor(layout);
      try {
        // Stretched, whatever the aspect: black bars found no face more, and in tall pictures fewer (4:3, 16:9, 3:4, 9:16).
        resampleToTensor(picture, { x: 0, y: 0, width: picture.width, height: picture.height }, layout, input);
        const outputs = await models.run('detection', input);
        const scores = outputs[spec.outputs.scores] ?? new Float32Array(0);
        const boxes = outputs[spec.outputs.boxes] ?? new Float32Array(0);
        return keepBest(facesIn(scores, boxes, picture, minLikelihood), maxOverlap);
      } finally {
        input.fill(0);
      }
    },
  };
}

function facesIn(
  scores: Float32Array,
  boxes: Float32Array,
  { width, height }: Picture,
  minLikelihood: number,
): DetectedFace[] {
  const faces: DetectedFace[] = [];
  for (let prior = 0; prior < scores.length / 2; prior += 1) {
    const detectionLikelihood = scores[prior * 2 + 1] ?? 0;
    if (!(detectionLikelihood >= minLikelihood)) continue;
    const [left = 0, top = 0, right = 0, bottom = 0] = boxes.subarray(prior * 4, prior * 4 + 4);
    const box = {
      x: left * width,
      y: top * height,
      width: (right - left) * width,
      height: (bottom - top) * height,
    };
    if (box.width > 0 && box.height > 0) faces.push({ box, detectionLikelihood });
  }
  return faces;
}
