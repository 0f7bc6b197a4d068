import type { Point } from '../core/index.js';

/**
 * Root mean square distance, in the unit of the points, that is left when `from` is taken to `to` by the best affine
 * map: how a flat picture far from the camera moves. NaN when `from` lies on one line.
 */
export function affineResidual(from: readonly Point[], to: readonly Point[]): number {
  const source = centred(from);
  const target = centred(to);
  const moments = momentsOf(source, target);
  const determinant = moments.xx * moments.yy - moments.xy * moments.xy;
  if (!(determinant > 0)) return Number.NaN;
  const rowOf = (along: number, across: number) => ({
    x: (along * moments.yy - across * moments.xy) / determinant,
    y: (across * moments.xx - along * moments.xy) / determinant,
  });
  const u = rowOf(moments.xu, moments.yu);
  const v = rowOf(moments.xv, moments.yv);
  let squares = 0;
  source.forEach((p, index) => {
    const q = target[index] ?? p;
    squares += (u.x * p.x + u.y * p.y - q.x) ** 2 + (v.x * p.x + v.y * p.y - q.y) ** 2;
  });
  return Math.sqrt(squares / source.length);
}

/** Sums of products: x and y of the source, u and v of the target. One pass, because this is done for every frame. */
function momentsOf(source: readonly Point[], target: readonly Point[]) {
  const sums = { xx: 0, xy: 0, yy: 0, xu: 0, yu: 0, xv: 0, yv: 0 };
  source.forEach((p, index) => {
    const q = target[index] ?? p;
    sums.xx += p.x * p.x;
    sums.xy += p.x * p.y;
    sums.yy += p.y * p.y;
    sums.xu += p.x * q.x;
    sums.yu += p.y * q.x;
    sums.xv += p.x * q.y;
    sums.yv += p.y * q.y;
  });
  return sums;
}

function centred(points: readonly Point[]): Point[] {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point.x;
    y += point.y;
  }
  return points.map((point) => ({ x: point.x - x / points.length, y: point.y - y / points.length }));
}
