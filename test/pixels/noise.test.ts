import { describe, expect, it } from 'vitest';
import { noiseOf } from '#menshen/pixels/index.js';

const side = 64;
const grey = (at: (x: number, y: number) => number): Float32Array =>
  Float32Array.from({ length: side * side }, (_, index) => at(index % side, Math.floor(index / side)));

/** Sum of twelve uniform numbers: nearly normal, with the standard deviation 1. */
function normalNumbers(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return () => Array.from({ length: 12 }, uniform).reduce((sum, value) => sum + value, -6);
}

describe('noiseOf', () => {
  it.each([1, 5, 20])('measures a standard deviation of %d', (deviation) => {
    const normal = normalNumbers(7);
    const measured = noiseOf(
      grey((x) => 100 + x + deviation * normal()),
      side,
      side,
    );
    expect(Math.abs(measured / deviation - 1)).toBeLessThan(0.1);
  });

  it('finds none on a slope', () => {
    expect(
      noiseOf(
        grey((x, y) => 2 * x + 3 * y),
        side,
        side,
      ),
    ).toBeCloseTo(0);
  });

  it('finds none on straight edges', () => {
    expect(
      noiseOf(
        grey((x) => (x < 20 ? 0 : 255)),
        side,
        side,
      ),
    ).toBe(0);
  });

  it.each([1, 2])('finds none in a crop of %d pixels a side', (few) => {
    expect(noiseOf(new Float32Array(few * few), few, few)).toBe(0);
  });
});
