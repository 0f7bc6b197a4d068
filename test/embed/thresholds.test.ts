import { expect, it } from 'vitest';
import { thresholdsFor } from '../../scripts/comparison-statistics.mjs';

const ranked = (count: number) => Float32Array.from({ length: count }, (_, index) => 1 - index / count);

it('reports no false match rate with fewer than 30 errors behind it', () => {
  expect(thresholdsFor(ranked(30_000)).map(({ fmr }) => fmr)).toEqual([1e-2, 3e-3, 1e-3]);
  expect(thresholdsFor(ranked(29_999)).map(({ fmr }) => fmr)).toEqual([1e-2, 3e-3]);
});

it('never lets more through than the rate it names', () => {
  const scores = ranked(40_000);
  for (const { fmr, cosineSimilarity } of thresholdsFor(scores)) {
    expect(scores.filter((score) => score >= cosineSimilarity).length / scores.length).toBeLessThanOrEqual(fmr);
  }
});
