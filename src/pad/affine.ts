import type { Point } from '../core/index.js';

/**
 * Root mean square distance, in the unit of the points, that is left when `from` is taken to `to` by the best affine
 * map: how a flat picture far from the camera moves. NaN when `from` lies on one line.
 */
export function affineResidual(from: readonly Point[], to: readonly Point[]): number {
  const source = centred(from);
  const target = centred(to);
  const xx = sumOf(source, source, (p, q) => p.x * q.x);
  const xy = sumOf(source, source, (p, q) => p.x * q.y);
  const yy = sumOf(source, source, (p, q) => p.y * q.y);
  const determinant = xx * yy - xy * xy;
  if (!(determinant > 0)) return Number.NaN;
  const rowOf = (along: number, across: number) => ({
    x: (along * yy - across * xy) / determinant,
    y: (across * xx - along * xy) / determinant,
  });
  const u = rowOf(
    sumOf(source, target, (p, q) => p.x * q.x),
    sumOf(source, target, (p, q) => p.y * q.x),
  );
  const v = rowOf(
    sumOf(source, target, (p, q) => p.x * q.y),
    sumOf(source, target, (p, q) => p.y * q.y),
  );
  const squares = sumOf(
    source,
    target,
    (p, q) => (u.x * p.x + u.y * p.y - q.x) ** 2 + (v.x * p.x + v.y * p.y - q.y) ** 2,
  );
  return Math.sqrt(squares / source.length);
}

function centred(points: readonly Point[]): Point[] {
  const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return points.map(({ x, y }) => ({ x: x - sum.x / points.length, y: y - sum.y / points.length }));
}

function sumOf(one: readonly Point[], other: readonly Point[], term: (p: Point, q: Point) => number): number {
  return one.reduce((sum, point, index) => sum + term(point, other[index] ?? point), 0);
}
