import type { Box, FivePoints, Point } from '../../core/index.js';

/** A face as a detector's outputs state it, in 0..1 of the detector's input. */
export interface DecodedFace {
  readonly box: Box;
  readonly points?: FivePoints;
  /** 0..1, the detector's own. */
  readonly detectionLikelihood: number;
}

/** Pixels of a detector's input. */
export interface InputSize {
  readonly width: number;
  readonly height: number;
}

/** A box from its corners; undefined for one that has no area or is no number. */
export function boxOf(left: number, top: number, right: number, bottom: number): Box | undefined {
  const box = { x: left, y: top, width: right - left, height: bottom - top };
  const finite = Number.isFinite(left) && Number.isFinite(top) && Number.isFinite(right) && Number.isFinite(bottom);
  return finite && box.width > 0 && box.height > 0 ? box : undefined;
}

/** Five points in the order of the alignment template: left eye (smaller x), right eye, nose, mouth left and right. */
export function pointsOf(at: (index: number) => Point): FivePoints | undefined {
  const [leftEye, rightEye, nose, mouthLeft, mouthRight] = [at(0), at(1), at(2), at(3), at(4)];
  const points = { leftEye, rightEye, nose, mouthLeft, mouthRight };
  return Object.values(points).every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)) ? points : undefined;
}
