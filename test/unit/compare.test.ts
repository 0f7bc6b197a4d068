import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  cosineSimilarity,
  fmrForIdentification,
  galleryCeiling,
  lowestFmr,
  ProbeFusion,
  sameFaceThreshold,
  singleFrameThreshold,
  thresholdFor,
} from '#menshen/compare/index.js';
import type { ThresholdTable } from '#menshen/core/index.js';

const evaluation = {
  id: 'E-1',
  date: '2026-01-01',
  population: 'nobody',
  kind: 'reference-fused',
  comparisons: 1,
} as const;
const points = [
  { fmr: 0.01, similarity: 0.3 },
  { fmr: 0.0001, similarity: 0.6 },
  { fmr: 0.001, similarity: 0.5 },
];
const tables: readonly ThresholdTable[] = [{ evaluation, points }];
const unsupported = expect.objectContaining({ code: 'threshold-unsupported' });
const similarityAt = (fmr: number): number => thresholdFor(tables, 'reference-fused', fmr).similarity;

describe('a threshold', () => {
  it.each([
    [0.05, 0.3],
    [0.01, 0.3],
    [0.0099, 0.5],
    [0.002, 0.5],
    [0.001, 0.5],
    [0.00099, 0.6],
    [0.0001, 0.6],
  ])('for a false match rate of %d is the measured point that keeps it', (fmr, similarity) => {
    expect(similarityAt(fmr)).toBe(similarity);
  });

  it('stands for a measured rate at or below the wanted one, whatever is asked', () => {
    const asked = Array.from({ length: 500 }, (_, i) => 0.0001 * 1.01 ** i);
    const looser = asked.filter((fmr) => thresholdFor(tables, 'reference-fused', fmr).fmr > fmr);
    expect(looser).toEqual([]);
  });

  it('is refused for a rate that was never measured', () => {
    expect(() => similarityAt(0.00009)).toThrow(unsupported);
  });

  it('tells how far down the evaluation goes', () => {
    expect(() => similarityAt(0.00001)).toThrow(/E-1 goes down to 0\.0001/);
  });

  it('never travels from one kind of comparison to another', () => {
    expect(() => thresholdFor(tables, 'single-single', 0.01)).toThrow(unsupported);
  });

  it('is refused when the table is empty', () => {
    expect(() => thresholdFor([{ evaluation, points: [] }], 'reference-fused', 0.01)).toThrow(unsupported);
  });

  it('names the evaluation it rests on', () => {
    expect(thresholdFor(tables, 'reference-fused', 0.01).evaluation).toEqual(evaluation);
  });
});

describe('a threshold below every measured rate', () => {
  const accepted = { unmeasuredAccepted: true };
  const extrapolate = (fmr: number, from: readonly ThresholdTable[] = tables) =>
    thresholdFor(from, 'reference-fused', fmr, accepted);

  it('is extrapolated where somebody accepted it, and says so', () => {
    // 0.2 to 0.1 a decade: the steepest counts. A third of a decade stands for the interval that is not known.
    expect(extrapolate(0.00001)).toMatchObject({ extrapolated: true, fmr: 0.00001, similarity: 0.8667 });
  });

  it('starts from the upper end of the interval', () => {
    const interval = { similarity: { low: 0.55, high: 0.62 } };
    const known = points.map((point) => (point.fmr === 0.0001 ? { ...point, interval } : point));
    expect(extrapolate(0.00001, [{ evaluation, points: known }]).similarity).toBe(0.82);
  });

  it('leaves measured rates as they are', () => {
    expect(extrapolate(0.001)).toEqual(thresholdFor(tables, 'reference-fused', 0.001));
  });

  it.each([
    ['a thousandth of it', 0.0000001, tables],
    ['a similarity that nobody reaches', 0.000001, tables],
    ['no rate', Number.NaN, tables],
    ['nothing', 0, tables],
    ['one measured point', 0.001, [{ evaluation, points: [{ fmr: 0.01, similarity: 0.3 }] }]],
    ['points that do not rise', 0.001, [{ evaluation, points: [0.1, 0.01].map((fmr) => ({ fmr, similarity: 0.3 })) }]],
  ])('is refused all the same for %s', (_what, fmr, from) => {
    expect(() => extrapolate(fmr, from)).toThrow(unsupported);
  });

  it('lies above the true one where similarities are normal', () => {
    // Thresholds of a normal distribution of spread 0.1, at its quantiles.
    const normal = [
      [1e-2, 2.326348],
      [1e-3, 3.090232],
      [1e-4, 3.719016],
      [1e-5, 4.264891],
    ].map(([fmr = 0, deviate = 0]) => ({ fmr, similarity: 0.1 * deviate }));
    const part = [{ evaluation, points: normal.slice(0, 2) }];
    const above = normal.slice(2).map(({ fmr, similarity: own }) => extrapolate(fmr, part).similarity > own);
    expect(above).toEqual([true, true]);
  });

  it('lies at or above what was measured on 3.06 million comparisons, from whichever part it starts', () => {
    const manifest = JSON.parse(readFileSync('models/default/manifest.json', 'utf8'));
    const all: ThresholdTable[] = manifest.thresholds;
    const below = all.flatMap((table) =>
      [3e-3, 1e-3, 3e-4, 1e-4].flatMap((from) => {
        const part = { ...table, points: table.points.filter(({ fmr }) => fmr >= from) };
        const hidden = table.points.filter(({ fmr }) => fmr < from && fmr >= from / 100);
        return hidden.filter(
          ({ fmr, similarity: own }) => thresholdFor([part], table.evaluation.kind, fmr, accepted).similarity < own,
        );
      }),
    );
    expect(below).toEqual([]);
  });

  it('answers for every gallery up to its ceiling, down to the lowest measured rate itself', () => {
    const lowest = lowestFmr(tables, 'reference-fused');
    const ceiling = galleryCeiling(tables, 'reference-fused', lowest);
    expect(ceiling).toBe(1);
    expect(thresholdFor(tables, 'reference-fused', fmrForIdentification(lowest, ceiling)).fmr).toBe(lowest);
  });

  it('makes room for a hundred times as many people', () => {
    const [measured, beyond] = [{}, accepted].map((options) =>
      galleryCeiling(tables, 'reference-fused', 0.01, options),
    );
    expect([measured, beyond]).toEqual([100, 10_050]);
  });
});

describe('identification', () => {
  it('over one reference asks for no lower false match rate than verification', () => {
    expect(fmrForIdentification(0.01, 1)).toBeCloseTo(0.01, 12);
  });

  it.each([2, 10, 99])('over %i references keeps the wanted rate over the whole search', (size) => {
    expect(1 - (1 - fmrForIdentification(0.01, size)) ** size).toBeCloseTo(0.01, 12);
  });

  it('asks for a stricter comparison with every reference more', () => {
    const rates = [1, 2, 3, 50, 100].map((size) => fmrForIdentification(0.01, size));
    expect(rates).toEqual([...rates].sort((one, other) => other - one));
  });

  it.each([0.0005, 0.001, 0.01, 0.02, 0.05])('at a rate of %d works up to the ceiling and not beyond', (fpir) => {
    const ceiling = galleryCeiling(tables, 'reference-fused', fpir);
    expect(fmrForIdentification(fpir, ceiling)).toBeGreaterThanOrEqual(lowestFmr(tables, 'reference-fused') - 1e-15);
    expect(() => similarityAt(fmrForIdentification(fpir, ceiling + 1))).toThrow(unsupported);
  });

  it('has no room for anybody when the wanted rate was never measured', () => {
    expect(galleryCeiling(tables, 'reference-fused', 0.00005)).toBe(0);
  });
});

describe('fusing probes', () => {
  const fusion = () => new ProbeFusion(3, 0.5);
  const x = Float32Array.of(1, 0, 0);
  const y = Float32Array.of(0, 1, 0);
  const nearX = Float32Array.of(0.8, 0.6, 0);

  it('gives a unit vector between the frames', () => {
    const fused = fusion();
    fused.add(x);
    fused.add(nearX);
    expect([...fused.fused()]).toEqual([expect.closeTo(0.9487, 4), expect.closeTo(0.3162, 4), 0]);
  });

  it('begins anew when another face takes over', () => {
    const fused = fusion();
    fused.add(x);
    fused.add(x);
    expect([fused.add(y), fused.frames, fused.restarts, ...fused.fused()]).toEqual([false, 1, 1, 0, 1, 0]);
  });

  it('begins anew when the first face comes back', () => {
    const fused = fusion();
    for (const vector of [x, x, y, x]) fused.add(vector);
    expect([fused.frames, fused.restarts]).toEqual([1, 2]);
  });

  it('counts a frame at the limit of sameness as the same face', () => {
    const fused = new ProbeFusion(2, 0.6);
    fused.add(Float32Array.of(1, 0));
    expect(fused.add(Float32Array.of(0.6, 0.8))).toBe(true);
  });

  it('is not carried by a single lucky frame', () => {
    const reference = Float32Array.of(1, 0, 0);
    const unlike = Float32Array.of(0.55, 0.8351647, 0);
    const fused = fusion();
    for (const frame of [unlike, unlike, unlike, x, unlike]) fused.add(frame);
    expect([fused.frames, cosineSimilarity(reference, fused.fused()) < 0.7]).toEqual([5, true]);
  });

  it('keeps nothing after it was wiped', () => {
    const fused = fusion();
    fused.add(x);
    fused.wipe();
    expect([fused.frames, ...fused.fused()]).toEqual([0, 0, 0, 0]);
  });

  it('does not keep the array it was given', () => {
    const fused = fusion();
    const probe = x.slice();
    fused.add(probe);
    probe.fill(0);
    expect([...fused.fused()]).toEqual([1, 0, 0]);
  });

  it('finds no likeness with a vector that has no length', () => {
    expect(cosineSimilarity(x, new Float32Array(3))).toBe(0);
  });
});

describe('one face, by the default pack', () => {
  const { thresholds } = JSON.parse(
    readFileSync(new URL('../../models/default/manifest.json', import.meta.url), 'utf8'),
  ) as {
    thresholds: ThresholdTable[];
  };
  /** A unit vector at a given cosine to (1, 0). */
  const at = (cosine: number) => Float32Array.of(cosine, Math.sqrt(1 - cosine * cosine));

  it('is held frame to frame to the strictest rate of single pictures that was measured', () => {
    expect(sameFaceThreshold(thresholds)).toBe(
      thresholdFor(thresholds, 'single-single', lowestFmr(thresholds, 'single-single')).similarity,
    );
  });

  it('is not continued by somebody as similar as one stranger in a hundred', () => {
    const fusion = new ProbeFusion(2, sameFaceThreshold(thresholds));
    for (let frame = 0; frame < 9; frame += 1) fusion.add(at(1));
    const { similarity: oneInAHundred } = thresholdFor(thresholds, 'single-single', 1e-2);
    expect([fusion.add(at(oneInAHundred)), fusion.frames, fusion.restarts]).toEqual([false, 1, 1]);
  });

  it('must be in every single frame, not only in their mean', () => {
    const fusion = new ProbeFusion(2, -1);
    for (const cosine of [1, 1, 1, 0]) fusion.add(at(cosine));
    expect(fusion.leastSimilarity(at(1)) < singleFrameThreshold(thresholds)).toBe(true);
  });
});
