import type { FaceOutline, FrameObservation } from '../core/index.js';

/**
 * Where the face of a frame is, from its geometry alone. Only the one face in the zone has an outline: of bystanders,
 * and of several faces in the zone, nothing is said.
 */
export function outlineOf(observation: FrameObservation, minInterEyeDistancePx: number): FaceOutline {
  const { face, frameWidth, frameHeight } = observation;
  if (face === undefined) return {};
  const { box, points } = face;
  const left = clamped(1 - (box.x + box.width) / frameWidth);
  const right = clamped(1 - box.x / frameWidth);
  const top = clamped(box.y / frameHeight);
  const bottom = clamped((box.y + box.height) / frameHeight);
  const interEyeDistancePx = Math.hypot(points.rightEye.x - points.leftEye.x, points.rightEye.y - points.leftEye.y);
  return {
    box: { x: rounded(left), y: rounded(top), width: rounded(right - left), height: rounded(bottom - top) },
    nearness: rounded(interEyeDistancePx / minInterEyeDistancePx),
  };
}

const clamped = (share: number): number => Math.min(1, Math.max(0, share));

/** A thousandth is finer than any line that is drawn. */
const rounded = (share: number): number => Math.round(share * 1000) / 1000;
