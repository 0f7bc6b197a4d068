import type { FivePoints, Picture, Point, QualityLimits } from '#menshen/core/index.js';
import { paint } from '../pixels/paint.js';

/** Limits for painted faces; what they are is not under test. */
export const limits: QualityLimits = {
  minInterEyeDistancePx: 32,
  minSharpness: 0.015,
  minLuminance: 0.15,
  maxLuminance: 0.9,
  minContrast: 0.06,
  maxNoise: 0.015,
  maxYawDeg: 30,
  maxPitchDeg: 25,
  maxRollDeg: 30,
};

/** x to the right, y down, z away from the camera, in inter-eye distances from between the eyes. */
type InSpace = readonly [number, number, number];

/** A generic head: the landmarks that pose rests on; the others lie somewhere inside the face. */
const head = new Map<number, InSpace>([
  [0, [-1.13, 0.08, 1.53]],
  [16, [1.13, 0.08, 1.53]],
  [8, [0, 1.9, -0.03]],
  [27, [0, -0.03, -0.19]],
  [30, [0, 0.65, -0.48]],
  [33, [0, 0.81, -0.24]],
  [48, [-0.39, 1.18, -0.03]],
  [60, [-0.39, 1.18, -0.03]],
  [54, [0.39, 1.18, -0.03]],
  [64, [0.39, 1.18, -0.03]],
  [36, [-0.73, 0, 0.16]],
  [39, [-0.27, 0.02, 0.05]],
  [42, [0.27, 0.02, 0.05]],
  [45, [0.73, 0, 0.16]],
]);

export interface PaintedFace {
  readonly picture: Picture;
  readonly face: {
    readonly box: { x: number; y: number; width: number; height: number };
    readonly points: FivePoints;
    readonly landmarks: readonly Point[];
  };
}

export interface FaceChange {
  readonly interEyePx?: number;
  readonly centre?: Point;
  /** To the picture's right, up, and clockwise, one after the other. */
  readonly yawDeg?: number;
  readonly pitchDeg?: number;
  readonly rollDeg?: number;
  readonly picture?: Picture;
}

/** Patches of light and dark, each larger than a face's details: texture without noise. */
const patched = paint(640, 480, (x, y) =>
  (Math.floor(x / 14) + Math.floor(y / 14)) % 2 ? [170, 170, 170] : [90, 90, 90],
);

/** The geometry of a turned head, seen from far away, over a textured picture. */
export function paintedFace(change: FaceChange = {}): PaintedFace {
  const { interEyePx = 80, centre = { x: 320, y: 180 } } = change;
  const place = (point: InSpace): Point => {
    const [x, y] = turned(point, change);
    return { x: centre.x + interEyePx * x, y: centre.y + interEyePx * y };
  };
  const points = {
    leftEye: place([-0.5, 0, 0.1]),
    rightEye: place([0.5, 0, 0.1]),
    nose: place([0, 0.65, -0.48]),
    mouthLeft: place([-0.39, 1.18, -0.03]),
    mouthRight: place([0.39, 1.18, -0.03]),
  };
  const landmarks = Array.from({ length: 68 }, (_, index) => place(head.get(index) ?? [0, 0.5, 0]));
  const box = { x: centre.x - interEyePx, y: centre.y - interEyePx, width: 2 * interEyePx, height: 3 * interEyePx };
  return { picture: change.picture ?? patched, face: { box, points, landmarks } };
}

function turned([x, y, z]: InSpace, { yawDeg = 0, pitchDeg = 0, rollDeg = 0 }: FaceChange): readonly [number, number] {
  const [yaw, pitch, roll] = [yawDeg, pitchDeg, rollDeg].map((angleDeg) => (angleDeg * Math.PI) / 180);
  const [sinYaw, cosYaw] = [Math.sin(yaw ?? 0), Math.cos(yaw ?? 0)];
  const [sinPitch, cosPitch] = [Math.sin(pitch ?? 0), Math.cos(pitch ?? 0)];
  const [sinRoll, cosRoll] = [Math.sin(roll ?? 0), Math.cos(roll ?? 0)];
  const right = x * cosYaw - z * sinYaw;
  const down = y * cosPitch + (x * sinYaw + z * cosYaw) * sinPitch;
  return [right * cosRoll - down * sinRoll, right * sinRoll + down * cosRoll];
}
