import { assertNever } from '../../core/index.js';
import {
  detectorStrides,
  type ModelFileOf,
  type ModelOutputs,
  scrfdAnchors,
  scrfdOutputNames,
} from '../../inference/index.js';
import type { DecodedFace } from './decoded.js';
import { decodeRfbCorners } from './rfb-decoded-corners.js';
import { decodeRfbPriors } from './rfb-priors.js';
import { decodeScrfd } from './scrfd.js';
import { decodeYunet } from './yunet.js';

export type { DecodedFace } from './decoded.js';

/** Reads the outputs of whatever detector the pack has. `inFile`: the outputs' names in the file's order. */
export function decode(
  spec: ModelFileOf<'detection'>,
  outputs: ModelOutputs,
  inFile: readonly string[],
): DecodedFace[] {
  const [, , height = 0, width = 0] = spec.input.shape;
  const size = { width, height };
  const { minLikelihood } = spec.settings;
  const values = (name = '') => outputs[name] ?? new Float32Array(0);
  switch (spec.decoder) {
    case 'rfb-decoded-corners':
      return decodeRfbCorners(values(spec.outputs.scores), values(spec.outputs.boxes), minLikelihood);
    case 'rfb-priors':
      return decodeRfbPriors(values(spec.outputs.scores), values(spec.outputs.boxes), size, minLikelihood);
    case 'yunet': {
      const { classes, objects, boxes, points } = spec.outputs;
      const levels = detectorStrides.map((stride, level) => ({
        ...{ stride, classes: values(classes[level]), objects: values(objects[level]) },
        ...{ boxes: values(boxes[level]), points: values(points[level]) },
      }));
      return decodeYunet(levels, size, minLikelihood);
    }
    case 'scrfd': {
      const names = scrfdOutputNames(spec.outputs, inFile);
      const levels = detectorStrides.map((stride, level) => ({
        ...{ stride, scores: values(names?.scores[level]), boxes: values(names?.boxes[level]) },
        ...(names?.points === undefined ? {} : { points: values(names.points[level]) }),
      }));
      return decodeScrfd(levels, scrfdAnchors, size, minLikelihood);
    }
    default:
      return assertNever(spec);
  }
}
