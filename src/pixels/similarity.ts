import { MenshenError, type Point } from '../core/index.js';

/** Rotation, uniform scale and shift: (x, y) -> (a*x - b*y + tx, b*x + a*y + ty). */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

/**
 * The similarity that takes `from` to `to` with the least squared error (Umeyama 1991, in two dimensions).
 *
 * Written in a, b instead of rotation and scale, a reflection cannot even be expressed. Needs two different points.
 */
export function estimateSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  const count = Math.min(from.length, to.length);
  const fromMean = meanOf(from, count);
  const toMean = meanOf(to, count);
  let along = 0;
  let across = 0;
  let spread = 0;
  for (let index = 0; index < count; index += 1) {
    const source = from[index] ?? fromMean;
    const target = to[index] ?? toMean;
    const x = source.x - fromMean.x;
    const y = source.y - fromMean.y;
    const u = target.x - toMean.x;
    const v = target.y - toMean.y;
    along += x * u + y * v;
    across += x * v - y * u;
    spread += x * x + y * y;
  }
  if (!(spread > 0)) throw new MenshenError('internal', 'a similarity needs two different points');
  const a = along / spread;
  const b = across / spread;
  return { a, b, tx: toMean.x - a * fromMean.x + b * fromMean.y, ty: toMean.y - b * fromMean.x - a * fromMean.y };
}

/** The way back. */
export function invertSimilarity({ a, b, tx, ty }: Similarity): Similarity {
  const square = a * a + b * b;
  if (!(square > 0)) throw new MenshenError('internal', 'this similarity shrinks everything to a point');
  const inverseA = a / square;
  const inverseB = -b / square;
  return {
    a: inverseA,
    b: inverseB,
    tx: -(inverseA * tx - inverseB * ty),
    ty: -(inverseB * tx + inverseA * ty),
  };
}

export function applySimilarity({ a, b, tx, ty }: Similarity, { x, y }: Point): Point {
  return { x: a * x - b * y + tx, y: b * x + a * y + ty };
}

function meanOf(points: readonly Point[], count: number): Point {
  let x = 0;
  let y = 0;
  for (const point of points.slice(0, count)) {
    x += point.x;
    y += point.y;
  }
  return { x: x / count, y: y / count };
}
