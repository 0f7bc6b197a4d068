import { describe, expect, it } from 'vitest';
import { Comparator, cosineSimilarity, strangerDeviation } from '#menshen/compare/index.js';
import type { ImpostorModel } from '#menshen/core/index.js';

/** Strangers lie along the first of four directions: variance 0.16 there, 0.04 in each of the others. */
const model: ImpostorModel = {
  dimensions: 4,
  rank: 1,
  factors: Float32Array.of(Math.sqrt(0.12), 0, 0, 0),
  restVariance: 0.04,
  typicalDeviation: 0.2,
  exponent: 0.5,
  people: 1000,
};
const crowded = Float32Array.of(1, 0, 0, 0);
const lonely = Float32Array.of(0, 1, 0, 0);
const between = Float32Array.of(Math.SQRT1_2, Math.SQRT1_2, 0, 0);

describe('the comparator', () => {
  it('is the cosine without an impostor model', () => {
    expect(new Comparator().similarity(crowded, between)).toBe(cosineSimilarity(crowded, between));
  });

  it('knows how far strangers spread along a vector', () => {
    const deviations = [crowded, lonely].map((vector) => strangerDeviation(model, vector));
    expect(deviations).toEqual([expect.closeTo(0.4), expect.closeTo(0.2)]);
  });

  it('asks more of a vector that lies where strangers are', () => {
    const comparator = new Comparator(model);
    expect(comparator.similarity(crowded, between)).toBeLessThan(comparator.similarity(lonely, between));
  });

  it('leaves typical vectors as they are', () => {
    expect(new Comparator(model).similarity(lonely, Float32Array.of(0, 0.6, 0.8, 0))).toBeCloseTo(0.6);
  });

  it('is the same whichever of the two comes first', () => {
    const comparator = new Comparator(model);
    expect(comparator.similarity(crowded, between)).toBe(comparator.similarity(between, crowded));
  });

  it('never leaves -1 to 1', () => {
    const narrow = new Comparator({ ...model, typicalDeviation: 5 });
    expect(narrow.similarity(lonely, lonely)).toBe(1);
  });

  it('rules nobody out by the cosine alone whose similarity reaches the threshold', () => {
    const comparator = new Comparator(model);
    const vectors = Array.from({ length: 200 }, (_, seed) => {
      const raw = Float32Array.from({ length: 4 }, (__, at) => Math.sin(seed * 7.3 + at * 2.1));
      const length = Math.hypot(...raw);
      return raw.map((value) => value / length);
    });
    const disagreements = vectors.flatMap((one, index) =>
      vectors.slice(index).filter((other) => {
        const similarity = comparator.similarity(one, other);
        return comparator.reaches(one, other, 0.7) !== similarity >= 0.7;
      }),
    );
    expect(disagreements).toEqual([]);
  });

  it('gives no similarity above a threshold for a broken vector', () => {
    const broken = Float32Array.of(Number.NaN, 0, 0, 0);
    expect(new Comparator(model).similarity(broken, lonely) >= -1).toBe(false);
  });
});
