import { describe, expect, it } from 'vitest';
import { strangerDeviation } from '#menshen/compare/index.js';
import { packImpostorModel, unpackImpostorModel } from '#menshen/inference/index.js';

const dimensions = 128;
const rank = 8;
const waves = (seed: number) =>
  Float32Array.from({ length: rank * dimensions }, (_, at) => 0.02 * Math.sin(seed + at * (1 + (at % 7))));
const model = {
  dimensions,
  rank,
  factors: waves(1),
  restVariance: 0.0004,
  typicalDeviation: 0.08,
  exponent: 0.25,
  people: 900,
};
const packed = packImpostorModel(model, 'nobody: made up for a test');

function unit(seed: number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, (_, at) => Math.sin(seed * (at + 1)));
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

describe('an impostor model in a file', () => {
  it('comes back with every deviation within 1 %', () => {
    const back = unpackImpostorModel(JSON.parse(JSON.stringify(packed)));
    for (let seed = 1; seed <= 50; seed += 1) {
      const [before, after] = [model, back].map((one) => strangerDeviation(one, unit(seed)));
      expect((after ?? 0) / (before ?? 1)).toBeCloseTo(1, 2);
    }
  });

  it.each([
    ['rows cut short', { rows: packed.rows.slice(0, -8) }],
    ['a step too few', { steps: packed.steps.slice(1) }],
    ['a step that is no number', { steps: packed.steps.map(() => 'x') }],
    ['no typical deviation', { typicalDeviation: 0 }],
    ['a negative rest', { restVariance: -1 }],
    ['an exponent above 1', { exponent: 2 }],
    ['more directions than dimensions', { rank: dimensions + 1 }],
    ['a huge dimension', { dimensions: 1e9 }],
    ['an unknown key', { surprise: true }],
  ])('with %s is refused', (_what, change) => {
    expect(() => unpackImpostorModel({ ...packed, ...change })).toThrow(/impostor model is not what/);
  });

  it.each([[null], [[]], ['x'], [{}]])('that is %j is refused', (value) => {
    expect(() => unpackImpostorModel(value)).toThrow(/impostor model is not what/);
  });
});
