import { type Box, type FivePoints, MenshenError, type Picture, type Point } from '../core/index.js';
import type { Models } from '../inference/index.js';
import { createTensorPool, layoutOf, resampleToTensor } from '../pixels/index.js';
import type { DetectedFace } from './detector.js';

/** A detected face with its shape, all in pixels of the picture. */
export interface LocatedFace extends DetectedFace {
  readonly points: FivePoints;
  /** 68 points in the iBUG order; none where the pack has no landmark model and the detector's five points must do. */
  readonly landmarks: readonly Point[];
}

export interface LandmarkFinder {
  /** Error: `inference-failed`. */
  locate(picture: Picture, face: DetectedFace): Promise<LocatedFace>;
}

/** The pack's landmark model in two passes, averaged: the box, then what the first pass found. */
export function createLandmarkFinder(models: Models): LandmarkFinder {
  if (!models.roles.includes('landmarks')) return fivePointsOnly;
  const spec = models.spec('landmarks');
  const layout = layoutOf(spec.input);
  const tensors = createTensorPool(layout);
  const look = async (picture: Picture, box: Box): Promise<Point[]> => {
    const input = tensors.borrow();
    try {
      resampleToTensor(picture, box, layout, input);
      const values = (await models.run('landmarks', input))[spec.outputs.points] ?? new Float32Array(0);
      return pointsOf(values, box);
    } finally {
      tensors.giveBack(input);
    }
  };
  return {
    async locate(picture, face) {
      const first = await look(picture, face.box);
      const second = await look(picture, grown(boundsOf(first), spec.settings.secondPassGrowth));
      const landmarks = first.map((point, index) => middle(point, second[index] ?? point));
      return { ...face, landmarks, points: fivePointsOf(landmarks) };
    },
  };
}

/** For packs whose detector finds the five points by itself. */
const fivePointsOnly: LandmarkFinder = {
  async locate(_picture, { points, ...face }) {
    if (points === undefined) throw new MenshenError('inference-failed', 'the detector gave no points.');
    return { ...face, points, landmarks: [] };
  },
};

/** Mean of each eye's six points, the nose's tip, and the mouth's corners (outer and inner averaged). */
export function fivePointsOf(landmarks: readonly Point[]): FivePoints {
  const meanAt = (...indices: number[]) => meanOf(indices.map((index) => landmarks[index] ?? { x: 0, y: 0 }));
  return {
    leftEye: meanAt(36, 37, 38, 39, 40, 41),
    rightEye: meanAt(42, 43, 44, 45, 46, 47),
    nose: meanAt(30),
    mouthLeft: meanAt(48, 60),
    mouthRight: meanAt(54, 64),
  };
}

function pointsOf(values: Float32Array, box: Box): Point[] {
  const points: Point[] = [];
  for (let index = 0; index + 1 < values.length; index += 2) {
    points.push({
      x: box.x + (values[index] ?? 0) * box.width,
      y: box.y + (values[index + 1] ?? 0) * box.height,
    });
  }
  return points;
}

function boundsOf(points: readonly Point[]): Box {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

function grown({ x, y, width, height }: Box, growth: number): Box {
  const wider = width * growth;
  const taller = height * growth;
  return { x: x - (wider - width) / 2, y: y - (taller - height) / 2, width: wider, height: taller };
}

function middle(one: Point, other: Point): Point {
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

function meanOf(points: readonly Point[]): Point {
  const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}
