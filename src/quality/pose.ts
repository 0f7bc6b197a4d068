import type { Point } from '../core/index.js';

/** Head pose in degrees: yaw positive when the face turns to the picture's right, pitch when it looks up, roll clockwise. */
export interface HeadPose {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
}

/**
 * Head pose from 68 landmarks: a generic head's rigid points are fitted to them under weak perspective, by least
 * squares. Individual noses and chins move pitch by several degrees, so use it for limits, not for measuring.
 */
export function headPoseOf(landmarks: readonly Point[]): HeadPose {
  const seen = rigidPoints.map(({ at }) => meanOf(at.map((index) => landmarks[index] ?? { x: 0, y: 0 })));
  const acrossRow = fitRow(seen.map(({ x }) => x));
  const downRow = fitRow(seen.map(({ y }) => y));
  const across = unit(acrossRow);
  const down = unit(minus(downRow, across, dot(downRow, across)));
  const forward = cross(across, down);
  return {
    yawDeg: degrees(Math.atan2(forward[0], forward[2])),
    pitchDeg: degrees(Math.asin(Math.max(-1, Math.min(1, -forward[1])))) - neutralPitchDeg,
    rollDeg: degrees(Math.atan2(-across[1], across[0])),
  };
}

type Vector = readonly [number, number, number];

/** A generic adult head in millimetres from between the eyes: x to the picture's right, y down, z away from the camera. */
const rigidPoints: readonly { readonly at: readonly number[]; readonly head: Vector }[] = [
  { at: [36], head: [-45, 0, 10] },
  { at: [39], head: [-17, 1, 3] },
  { at: [42], head: [17, 1, 3] },
  { at: [45], head: [45, 0, 10] },
  { at: [27], head: [0, -2, -12] },
  { at: [30], head: [0, 40, -30] },
  { at: [33], head: [0, 50, -15] },
  { at: [48, 60], head: [-24, 73, -2] },
  { at: [54, 64], head: [24, 73, -2] },
  { at: [8], head: [0, 118, -2] },
  { at: [0], head: [-70, 5, 95] },
  { at: [16], head: [70, 5, 95] },
];

/** The fit's median over 413 people of LFW: press photographs look straight ahead on the whole, the fit should too. */
const neutralPitchDeg = -2;

const headMean = scaled(
  rigidPoints.reduce<Vector>((sum, { head }) => minus(sum, head, -1), [0, 0, 0]),
  1 / rigidPoints.length,
);
const centred = rigidPoints.map(({ head }) => minus(head, headMean, 1));
const momentInverse = invert(centred);

/** Least squares of `values` on the head's points: how the picture's coordinate grows along the head's three axes. */
function fitRow(values: readonly number[]): Vector {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let moment: Vector = [0, 0, 0];
  centred.forEach((head, index) => {
    moment = minus(moment, head, -((values[index] ?? mean) - mean));
  });
  return [dot(momentInverse[0], moment), dot(momentInverse[1], moment), dot(momentInverse[2], moment)];
}

/** Inverse of the symmetric 3 x 3 matrix of second moments: the rows' cross products over the determinant. */
function invert(points: readonly Vector[]): readonly [Vector, Vector, Vector] {
  const row = (axis: 0 | 1 | 2): Vector =>
    points.reduce<Vector>((sum, point) => minus(sum, point, -point[axis]), [0, 0, 0]);
  const [first, second, third] = [row(0), row(1), row(2)];
  const determinant = dot(first, cross(second, third));
  return [
    scaled(cross(second, third), 1 / determinant),
    scaled(cross(third, first), 1 / determinant),
    scaled(cross(first, second), 1 / determinant),
  ];
}

function meanOf(points: readonly Point[]): Point {
  const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}

function dot(one: Vector, other: Vector): number {
  return one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
}

function cross(one: Vector, other: Vector): Vector {
  return [
    one[1] * other[2] - one[2] * other[1],
    one[2] * other[0] - one[0] * other[2],
    one[0] * other[1] - one[1] * other[0],
  ];
}

/** `one - times * other`. */
function minus(one: Vector, other: Vector, times: number): Vector {
  return [one[0] - times * other[0], one[1] - times * other[1], one[2] - times * other[2]];
}

function scaled(vector: Vector, factor: number): Vector {
  return [vector[0] * factor, vector[1] * factor, vector[2] * factor];
}

function unit(vector: Vector): Vector {
  return scaled(vector, 1 / Math.max(1e-12, Math.sqrt(dot(vector, vector))));
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
