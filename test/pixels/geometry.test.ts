import { describe, expect, it } from 'vitest';
import type { Point } from '#menshen/core/index.js';
import {
  applySimilarity,
  emptyTensor,
  estimateSimilarity,
  invertSimilarity,
  luminanceOf,
  sharpnessOf,
  warpToTensor,
  wipe,
} from '#menshen/pixels/index.js';
import { noise, paint, plain } from './paint.js';

const triangle = [
  { x: 0, y: 0 },
  { x: 10, y: 2 },
  { x: 3, y: 8 },
];
const known = { a: 0.8, b: 0.6, tx: 5, ty: -7 };

function orientation([p = { x: 0, y: 0 }, q = p, r = p]: readonly Point[]): number {
  return (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
}

describe('similarity', () => {
  it('finds the turn, scale and shift that made the points', () => {
    const found = estimateSimilarity(
      triangle,
      triangle.map((point) => applySimilarity(known, point)),
    );
    for (const key of ['a', 'b', 'tx', 'ty'] as const) expect(found[key]).toBeCloseTo(known[key], 9);
  });

  it('never mirrors a face, whatever the points say', () => {
    const mirrored = triangle.map(({ x, y }) => ({ x: -x, y }));
    const found = estimateSimilarity(triangle, mirrored);
    const turned = triangle.map((point) => applySimilarity(found, point));
    expect(Math.sign(orientation(turned))).toBe(Math.sign(orientation(triangle)));
  });

  it('is undone by its inverse', () => {
    const there = applySimilarity(known, { x: 3, y: 4 });
    const back = applySimilarity(invertSimilarity(known), there);
    expect([back.x, back.y].map((value) => Number(value.toFixed(9)))).toEqual([3, 4]);
  });

  it('refuses points that all coincide', () => {
    const same = [triangle[1], triangle[1]].flatMap((point) => point ?? []);
    expect(() => estimateSimilarity(same, same)).toThrow(/two different points/);
  });
});

describe('warpToTensor', () => {
  const layout = { width: 6, height: 5, colour: 'rgb', mean: 0, scale: 1 } as const;
  const picture = noise(6, 5);

  it('gives the picture back under the identity', () => {
    const out = emptyTensor(layout);
    warpToTensor(picture, { a: 1, b: 0, tx: 0, ty: 0 }, layout, out);
    expect(out[7]).toBeCloseTo(picture.rgb[21] ?? -1, 3);
  });

  it('flips left and right when mirrored', () => {
    const straight = emptyTensor(layout);
    const mirrored = emptyTensor(layout);
    warpToTensor(picture, { a: 1, b: 0, tx: 0, ty: 0 }, layout, straight);
    warpToTensor(picture, { a: 1, b: 0, tx: 0, ty: 0 }, layout, mirrored, true);
    expect(mirrored[5]).toBe(straight[0]);
  });

  it('is black beyond the border', () => {
    const out = emptyTensor(layout).fill(9);
    warpToTensor(picture, { a: 1, b: 0, tx: 100, ty: 0 }, layout, out);
    expect(out.every((value) => value === 0)).toBe(true);
  });
});

describe('statistics', () => {
  it('measures luminance only inside the box and the picture', () => {
    const halves = paint(10, 10, (x) => (x < 5 ? [255, 255, 255] : [0, 0, 0]));
    expect(luminanceOf(halves, { x: -5, y: 0, width: 10, height: 10 })).toMatchObject({ mean: 1, deviation: 0 });
  });

  it('calls noise sharp and a ramp blurred, whatever the contrast', () => {
    const grain = Float32Array.from(noise(32, 32).rgb.subarray(0, 1024));
    const ramp = Float32Array.from({ length: 1024 }, (_, index) => Math.sin((index % 32) / 10));
    expect(sharpnessOf(grain, 32, 32)).toBeGreaterThan(100 * sharpnessOf(ramp, 32, 32));
    expect(
      sharpnessOf(
        grain.map((value) => value / 50),
        32,
        32,
      ),
    ).toBeCloseTo(sharpnessOf(grain, 32, 32), 3);
  });

  it('calls a flat crop not sharp instead of failing', () => {
    expect(sharpnessOf(new Float32Array(64), 8, 8)).toBe(0);
  });
});

describe('wipe', () => {
  it('leaves no pixel', () => {
    const picture = plain(4, 4, 200);
    wipe(picture);
    expect(picture.rgb.every((value) => value === 0)).toBe(true);
  });
});
