import { describe, expect, it } from 'vitest';
import { evaluateRecognition, type FaceSample } from '#menshen/evaluate/index.js';
import { curvesOf, detOf, equalErrorAt } from '#menshen/evaluate/statistics/curves.js';
import { cutsOf } from '#menshen/evaluate/statistics/cuts.js';
import { faceSetOf } from '#menshen/evaluate/statistics/face-set.js';
import { groupsOf, type Items, itemsOf } from '#menshen/evaluate/statistics/items.js';
import type { Mated } from '#menshen/evaluate/statistics/mated.js';
import { binOf, compareNonMated, type NonMated, tailOf } from '#menshen/evaluate/statistics/non-mated.js';
import { Pacer } from '#menshen/evaluate/statistics/progress.js';
import { type Random, seededRandom } from '#menshen/evaluate/statistics/random.js';
import { resamplePeople } from '#menshen/evaluate/statistics/replicates.js';
import { at, gaussian, madeUpSamples } from './people.js';

const noItems: Items = {
  dimensions: 1,
  count: 0,
  vectors: new Float32Array(),
  person: new Uint32Array(),
  files: [],
};

/** Comparisons whose similarities are given, every pair of `people` once. */
function givenNonMated(similarities: Float32Array): NonMated {
  const histogram = new Uint32Array(20_001);
  for (const similarity of similarities) histogram[binOf(similarity)] = (histogram[binOf(similarity)] ?? 0) + 1;
  const weightedTotal = (weights: Uint16Array) => {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return (sum ** 2 - weights.reduce((total, weight) => total + weight ** 2, 0)) / 2;
  };
  return { design: { left: noItems }, comparisons: similarities.length, similarities, histogram, weightedTotal };
}

function givenMated(similarities: readonly number[]): Mated {
  const pairs = similarities.map((similarity, person) => ({ person, similarity, reference: ['a'], probe: ['b'] }));
  return { pairs, failures: 0 };
}

const draws = (count: number, mean: number, spread: number, random: Random) =>
  Float32Array.from({ length: count }, () => mean + spread * gaussian(random));

describe('equal error rate', () => {
  it('of two normal distributions is the one that the normal integral gives', () => {
    const random = seededRandom(2);
    // Means 0.5 apart, both of spread 0.1: they cross 2.5 standard deviations from either, Q(2.5) = 0.00621.
    const curves = curvesOf(
      givenNonMated(draws(300_000, 0, 0.1, random)),
      givenMated([...draws(300_000, 0.5, 0.1, random)]),
    );
    const { rate, threshold } = equalErrorAt(curves);
    expect(Math.abs(rate - 0.00621)).toBeLessThan(0.0003);
    expect(Math.abs(threshold - 0.25)).toBeLessThan(0.003);
  });

  it('is half where mated and non-mated comparisons cannot be told apart', () => {
    const random = seededRandom(3);
    const curves = curvesOf(
      givenNonMated(draws(50_000, 0, 0.1, random)),
      givenMated([...draws(50_000, 0, 0.1, random)]),
    );
    expect(equalErrorAt(curves).rate).toBeCloseTo(0.5, 2);
  });

  it('is 0 where they do not overlap', () => {
    expect(equalErrorAt(curvesOf(givenNonMated(Float32Array.of(0, 0.1)), givenMated([0.8, 0.9]))).rate).toBe(0);
  });
});

describe('error rates at a threshold', () => {
  // Non-mated 0, 0.2, 0.4, 0.6; mated 0.5, 0.7, 0.9.
  const { fmr, fnmr } = curvesOf(givenNonMated(Float32Array.of(0, 0.2, 0.4, 0.6)), givenMated([0.5, 0.7, 0.9]));
  it.each([
    [-0.5, 1, 0],
    [0.1, 0.75, 0],
    [0.45, 0.25, 0],
    [0.55, 0.25, 1 / 3],
    [0.65, 0, 1 / 3],
    [0.95, 0, 1],
  ])('of %d are counted by hand', (threshold, expectedFmr, expectedFnmr) => {
    const bin = binOf(threshold + 1e-9);
    expect([fmr[bin], fnmr[bin]]).toEqual([expectedFmr, expect.closeTo(expectedFnmr, 12)]);
  });

  it('are never listed out of order', () => {
    const det = detOf({ fmr, fnmr });
    expect(
      det.every(
        (point, i) => i === 0 || (point.fmr <= (det[i - 1]?.fmr ?? 1) && point.fnmr >= (det[i - 1]?.fnmr ?? 0)),
      ),
    ).toBe(true);
  });
});

describe('thresholds', () => {
  const ranked = (count: number) => {
    const similarities = Float32Array.from({ length: count }, (_, index) => 1 - (index + 0.5) / count);
    return {
      ...{ similarities, leftRow: new Uint32Array(), rightRow: new Uint32Array() },
      ...{ leftPerson: new Uint32Array(), rightPerson: new Uint32Array() },
    };
  };

  it('are not stated with fewer than 30 errors behind them', () => {
    expect([30_000, 29_999].map((count) => cutsOf(ranked(count), count).map(({ wantedFmr }) => wantedFmr))).toEqual([
      [1e-2, 3e-3, 1e-3],
      [1e-2, 3e-3],
    ]);
  });

  it('never let more through than the rate they stand for', () => {
    const tail = ranked(40_000);
    const shares = cutsOf(tail, 40_000).map(
      ({ threshold, wantedFmr }) =>
        tail.similarities.filter((similarity) => similarity >= threshold).length / 40_000 <= wantedFmr,
    );
    expect(shares).toEqual([true, true, true]);
  });

  it('are not stated where all comparisons have the same similarity', () => {
    const same = { ...ranked(40_000), similarities: new Float32Array(40_000).fill(0.5) };
    expect(cutsOf(same, 40_000)).toEqual([]);
  });
});

describe('comparisons of different people', () => {
  const set = faceSetOf([
    { file: 'a1', person: 'a', vector: at(0) },
    { file: 'a2', person: 'a', vector: at(10) },
    { file: 'b1', person: 'b', vector: at(60) },
    { file: 'c1', person: 'c', vector: at(90) },
  ]);

  it('leave out those of one person, and are as similar as the angle says', async () => {
    const all = itemsOf(set, groupsOf(set, 1, 9));
    const nonMated = await compareNonMated({ left: all }, new Pacer(), 'step');
    expect([...nonMated.similarities].map((value) => Math.round((Math.acos(value) * 180) / Math.PI))).toEqual([
      60, 90, 50, 80, 30,
    ]);
  });

  it('count as often as both of their people are drawn', async () => {
    const all = itemsOf(set, groupsOf(set, 1, 9));
    const nonMated = await compareNonMated({ left: all }, new Pacer(), 'step');
    // Two pictures of a, drawn twice; b once; c never: 2 x 2 x 1 pairs.
    expect(nonMated.weightedTotal(Uint16Array.of(2, 1, 0))).toBe(4);
  });

  it('name the most similar first', async () => {
    const all = itemsOf(set, groupsOf(set, 1, 9));
    const tail = tailOf(await compareNonMated({ left: all }, new Pacer(), 'step'), 2);
    expect([tail.leftRow[0], tail.rightRow[0]].map((row) => all.files[row ?? 0]?.[0])).toEqual(['b1', 'c1']);
  });

  it('are fused on the unit sphere', () => {
    const pair = itemsOf(set, groupsOf(set, 2, 1));
    expect([...pair.vectors]).toEqual([...at(5)].map((value) => expect.closeTo(value, 6)));
  });
});

describe('intervals from two-way resampling', () => {
  it('hold the true false match rate of simulated people, whose comparisons depend on each other', async () => {
    const random = seededRandom(9);
    const people = 40;
    const pairs = (people * (people - 1)) / 2;
    // Every comparison is u + v + e, of spread sqrt(0.05 ^ 2 + 0.05 ^ 2 + 0.1 ^ 2); Q(1) = 0.1587 lie above that spread.
    const threshold = Math.sqrt(0.015);
    let covered = 0;
    for (let study = 0; study < 60; study += 1) {
      const own = draws(people, 0, 0.05, random);
      const similarities = new Float32Array(pairs);
      const [leftPerson, rightPerson] = [new Uint32Array(pairs), new Uint32Array(pairs)];
      let index = 0;
      for (let left = 0; left < people; left += 1) {
        for (let right = left + 1; right < people; right += 1) {
          similarities[index] = (own[left] ?? 0) + (own[right] ?? 0) + 0.1 * gaussian(random);
          leftPerson[index] = left;
          rightPerson[index] = right;
          index += 1;
        }
      }
      const order = Uint32Array.from({ length: pairs }, (_, at) => at).sort(
        (a, b) => (similarities[b] ?? 0) - (similarities[a] ?? 0),
      );
      const by = (list: Uint32Array) => order.map((at) => list[at] ?? 0);
      const tail = {
        similarities: Float32Array.from(order, (at) => similarities[at] ?? 0),
        ...{
          leftRow: by(leftPerson),
          rightRow: by(rightPerson),
          leftPerson: by(leftPerson),
          rightPerson: by(rightPerson),
        },
      };
      const cuts = [{ wantedFmr: 0.1587, errors: 100, threshold }];
      const input = {
        people,
        nonMated: givenNonMated(similarities),
        tail,
        mated: givenMated([0.9]),
        cuts,
        resamplings: 200,
        random,
      };
      const interval = (await resamplePeople(input, new Pacer(), 'step')).at(0.1587)?.fmr;
      if (interval !== undefined && interval.low <= 0.1587 && interval.high >= 0.1587) covered += 1;
    }
    expect(covered).toBeGreaterThanOrEqual(52);
  });
});

describe('a whole evaluation', () => {
  const samples = madeUpSamples({ people: 120, pictures: 7, scatter: 0.6 });

  it('is the same for the same seed, in whatever order the pictures come', async () => {
    const one = await evaluateRecognition({ name: 'made up', samples, seed: 5, resamplings: 50 });
    const other = await evaluateRecognition({
      name: 'made up',
      samples: [...samples].reverse(),
      seed: 5,
      resamplings: 50,
    });
    expect(other).toEqual(one);
  });

  it('covers every kind of comparison, and prints its population', async () => {
    const { comparisons } = await evaluateRecognition({ name: 'made up', samples, seed: 5, resamplings: 50 });
    expect(
      comparisons.map(({ kind, referencePictures, population }) => [
        kind,
        referencePictures,
        population.nonMated.startsWith('made up: '),
      ]),
    ).toEqual([
      ['single-single', 1, true],
      ['reference-single', 3, true],
      ['reference-single', 5, true],
      ['reference-fused', 3, true],
    ]);
  });

  it('finds what it draws: FPIR of the wanted size, fewer misses with more pictures enrolled', async () => {
    const { identification } = await evaluateRecognition({ name: 'made up', samples, seed: 5, resamplings: 50 });
    const atTenth = identification.map(({ points }) => points.find(({ wantedFpir }) => wantedFpir === 0.1));
    expect(atTenth.every((point) => (point?.fpir.value ?? 1) <= 0.1)).toBe(true);
    const [one, three] = [1, 3].map((count) => identification.findIndex((entry) => entry.enrolmentPictures === count));
    expect(atTenth[three ?? -1]?.fnir?.value).toBeLessThan(atTenth[one ?? -1]?.fnir?.value ?? 0);
  });

  it('leaves the samples as they were', async () => {
    const before = samples.map(({ vector }) => Float32Array.from(vector ?? []));
    await evaluateRecognition({ name: 'made up', samples, seed: 5, resamplings: 20 });
    expect(samples.map(({ vector }) => vector)).toEqual(before);
  });

  it('says what one picture of each person does not allow', async () => {
    const alone = madeUpSamples({ people: 40, pictures: 1 });
    const { notMeasured, accuracy } = await evaluateRecognition({
      name: 'made up',
      samples: alone,
      seed: 1,
      resamplings: 20,
    });
    expect([notMeasured.length > 3, accuracy]).toEqual([true, undefined]);
  });

  it('counts pictures without a face as failures to acquire, with the reason', async () => {
    const failed: FaceSample = { file: 'z.jpg', person: 'z', failure: 'no-face-in-zone' };
    const { failureToAcquire } = await evaluateRecognition({
      name: 'made up',
      samples: [...samples, failed],
      seed: 1,
      resamplings: 20,
    });
    expect([failureToAcquire.rate.errors, failureToAcquire.rate.state, failureToAcquire.reasons]).toEqual([
      1,
      'insufficient',
      [{ reason: 'no-face-in-zone', pictures: 1 }],
    ]);
  });

  it.each<[string, FaceSample[]]>([
    ['a vector that is not of length 1', [{ file: 'x', person: 'x', vector: Float32Array.of(1, 1) }]],
    ['a vector with NaN', [{ file: 'x', person: 'x', vector: Float32Array.of(Number.NaN, 1) }]],
    ['an empty vector', [{ file: 'x', person: 'x', vector: new Float32Array() }]],
    [
      'vectors of two models',
      [
        { file: 'x', person: 'x', vector: at(1) },
        { file: 'y', person: 'y', vector: Float32Array.of(1, 0, 0) },
      ],
    ],
    [
      'a file that is there twice',
      [
        { file: 'x', person: 'x' },
        { file: 'x', person: 'y' },
      ],
    ],
  ])('refuses %s', async (_what, wrong) => {
    const refused = evaluateRecognition({ name: 'made up', samples: wrong, seed: 1 });
    await expect(refused).rejects.toThrow(expect.objectContaining({ code: 'evaluation-invalid' }));
  });

  it('of nothing is empty, and says so', async () => {
    const nothing = await evaluateRecognition({ name: 'nothing', samples: [], seed: 1 });
    expect([nothing.comparisons, nothing.failureToAcquire.rate.state]).toEqual([[], 'insufficient']);
  });
});
