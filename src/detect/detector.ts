import type { Box, FivePoints, Picture, Point } from '../core/index.js';
import type { ModelFileOf, Models } from '../inference/index.js';
import { createTensorPool, layoutOf, resampleToTensor } from '../pixels/index.js';
import { type DecodedFace, decode } from './decoders/index.js';
import { blackenRest, letterbox, stretch } from './fit.js';
import { keepBest } from './overlap.js';

export interface DetectedFace {
  /** Pixels of the picture. */
  readonly box: Box;
  /** Pixels of the picture; only from detectors that find them. */
  readonly points?: FivePoints;
  /** 0..1, the detector's own. */
  readonly detectionLikelihood: number;
}

export interface FaceDetector {
  /** Every face in the picture, most likely first; boxes and nothing more. Error: `inference-failed`. */
  detect(picture: Picture): Promise<readonly DetectedFace[]>;
}

/** The pack's detector, whatever family it is of. */
export function createDetector(models: Models): FaceDetector {
  const spec = models.spec('detection');
  const layout = layoutOf(spec.input);
  const tensors = createTensorPool(layout);
  const inFile = models.outputNames('detection');
  const place = fitOf(spec);
  return {
    async detect(picture) {
      const input = tensors.borrow();
      try {
        const { region, filled } = place(picture, layout);
        resampleToTensor(picture, region, layout, input);
        blackenRest(input, layout, filled);
        const faces = decode(spec, await models.run('detection', input), inFile);
        // In the input's unit: stretching changes no share of an overlap, and most candidates end here.
        return keepBest(faces, spec.settings.maxOverlap).map((face) => inPicture(face, region));
      } finally {
        tensors.giveBack(input);
      }
    },
  };
}

/**
 * The RFB family is fed stretched pictures, whatever the aspect: black bars found no face more, and in tall pictures
 * fewer (4:3, 16:9, 3:4, 9:16, with the default pack).
 */
function fitOf({ decoder, settings }: ModelFileOf<'detection'>): typeof stretch {
  const usual = decoder === 'yunet' || decoder === 'scrfd' ? 'letterbox' : 'stretch';
  return (settings.fit ?? usual) === 'letterbox' ? letterbox : stretch;
}

function inPicture({ box, points, detectionLikelihood }: DecodedFace, region: Box): DetectedFace {
  const at = ({ x, y }: Point): Point => ({ x: region.x + x * region.width, y: region.y + y * region.height });
  const placed = { ...at(box), width: box.width * region.width, height: box.height * region.height };
  if (points === undefined) return { box: placed, detectionLikelihood };
  const { leftEye, rightEye, nose, mouthLeft, mouthRight } = points;
  const five = {
    ...{ leftEye: at(leftEye), rightEye: at(rightEye), nose: at(nose) },
    ...{ mouthLeft: at(mouthLeft), mouthRight: at(mouthRight) },
  };
  return { box: placed, points: five, detectionLikelihood };
}
