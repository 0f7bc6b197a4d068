import type { Box, FivePoints, Picture, Point } from '../core/index.js';
import { createTensorPool, type LuminanceStatistics, luminanceOf, resampleToTensor } from '../pixels/index.js';
import { type HeadPose, headPoseOf, headPoseOfFive } from './pose.js';

/** A face as `detect` locates it, in pixels of the picture. */
export interface FaceToAssess {
  readonly box: Box;
  readonly points: FivePoints;
  /** 68 points in the iBUG order; none where the pack has no landmark model. */
  readonly landmarks: readonly Point[];
}

/** What several measures look at, computed once per face. */
export interface QualitySubject {
  readonly picture: Picture;
  readonly face: FaceToAssess;
  readonly interEyeDistancePx: number;
  /** Brows to mouth: no hair, collar or background, whose brightness says nothing about the face. */
  readonly innerFace: Box;
  readonly light: LuminanceStatistics;
  /** The inner face in grey (0..1), at a common size: in the camera's own pixels every large face would count as blurred. */
  readonly crop: Float32Array;
  readonly pose: HeadPose;
}

/** Pixels of either side of `crop`: about what a model sees. */
export const cropSidePx = 64;

/** The caller gives it back with `wipeSubject`. */
export function subjectOf(picture: Picture, face: FaceToAssess): QualitySubject {
  const { leftEye, rightEye } = face.points;
  const interEyeDistancePx = Math.hypot(rightEye.x - leftEye.x, rightEye.y - leftEye.y);
  const innerFace = innerFaceOf(face.points, interEyeDistancePx);
  const light = luminanceOf(picture, innerFace);
  const pose = face.landmarks.length === 0 ? headPoseOfFive(face.points) : headPoseOf(face.landmarks);
  const crop = crops.borrow();
  resampleToTensor(picture, innerFace, cropLayout, crop);
  return { picture, face, interEyeDistancePx, innerFace, light, pose, crop };
}

export function wipeSubject({ crop }: QualitySubject): void {
  crops.giveBack(crop);
}

const cropLayout = { width: cropSidePx, height: cropSidePx, colour: 'grey', mean: 0, scale: 1 / 255 } as const;
const crops = createTensorPool(cropLayout);

function innerFaceOf({ leftEye, rightEye, mouthLeft, mouthRight }: FivePoints, interEyeDistancePx: number): Box {
  const x = (leftEye.x + rightEye.x + mouthLeft.x + mouthRight.x) / 4;
  const y = (leftEye.y + rightEye.y + mouthLeft.y + mouthRight.y) / 4;
  const side = 2 * interEyeDistancePx;
  return { x: x - side / 2, y: y - side / 2, width: side, height: side };
}
