/** What a manifest may say of a face detector: one schema for each way of reading the outputs. */
import { Type } from '#typebox';
import { fileCommon, fraction, note, outputName, strictObject, text } from './manifest-parts.js';

const perStride = (what: string) =>
  Type.Array(outputName, { minItems: 3, maxItems: 3, description: `${what} at strides 8, 16 and 32.` });

const settings = strictObject({
  minLikelihood: fraction('A face that the detector finds less likely is no face.'),
  maxOverlap: fraction('Boxes that overlap more (intersection over union) are the same face.'),
  fit: Type.Optional(
    Type.Union([Type.Literal('stretch'), Type.Literal('letterbox')], {
      description:
        'How a picture of another shape fills the input. Left out: stretch for rfb-*, letterbox (black below or to the right) for yunet and scrfd.',
    }),
  ),
  note,
});

const common = { role: Type.Literal('detection'), ...fileCommon, settings };
const scoresAndBoxes = strictObject({ scores: text('1 x N x 2, the second is the face.'), boxes: text('1 x N x 4.') });

const decodedCorners = strictObject(
  { ...common, decoder: Type.Literal('rfb-decoded-corners'), outputs: scoresAndBoxes },
  'RFB family (Ultra-Light); boxes come as corners in 0..1 of the input.',
);

const priors = strictObject(
  { ...common, decoder: Type.Literal('rfb-priors'), outputs: scoresAndBoxes },
  'RFB family exported without post-processing; boxes come as offsets from the family’s own priors (variances 0.1 and 0.2).',
);

const yunet = strictObject(
  {
    ...common,
    decoder: Type.Literal('yunet'),
    outputs: strictObject({
      classes: perStride('cls'),
      objects: perStride('obj'),
      boxes: perStride('bbox'),
      points: perStride('kps'),
    }),
  },
  'YuNet (face_detection_yunet 2023mar); gives five points.',
);

const scrfd = strictObject(
  {
    ...common,
    decoder: Type.Literal('scrfd'),
    outputs: Type.Union(
      [
        Type.Literal('in-order', {
          description: 'As the file lists them: three scores, three boxes, three times the points (if it has any).',
        }),
        strictObject({
          scores: perStride('Scores'),
          boxes: perStride('Distances to the box’s sides'),
          points: Type.Optional(perStride('Five points')),
        }),
      ],
      { description: '`"in-order"`, or the outputs’ names.' },
    ),
  },
  'SCRFD, two anchors a cell; gives five points unless it was exported without them.',
);

export const detectionSchemas = {
  'rfb-decoded-corners': decodedCorners,
  'rfb-priors': priors,
  yunet,
  scrfd,
} as const;
export const detectionFile = Type.Union([decodedCorners, priors, yunet, scrfd]);
