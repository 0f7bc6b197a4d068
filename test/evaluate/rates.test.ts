import { describe, expect, it } from 'vitest';
import { seededRandom, shuffled } from '#menshen/evaluate/statistics/random.js';
import { rateOf, unsupportedBecause } from '#menshen/evaluate/statistics/rates.js';
import { drawWeights, unitInterval } from '#menshen/evaluate/statistics/resampling.js';
import { gaussian } from './people.js';

describe('a rate', () => {
  it.each([
    [0, 'insufficient'],
    [1, 'insufficient'],
    [29, 'insufficient'],
    [30, 'measured'],
  ])('with %i errors is %s (rule of 30)', (errors, state) => {
    expect(rateOf({ errors, trials: 1000, units: 1000, unitName: 'people' }).state).toBe(state);
  });

  it('without an error may still be 3 in n (rule of 3)', () => {
    expect(rateOf({ errors: 0, trials: 9000, units: 300, unitName: 'people' }).atMost).toBe(0.01);
  });

  it('of two recordings without an error may still be anything', () => {
    expect(rateOf({ errors: 0, trials: 500, units: 2, unitName: 'recordings' }).atMost).toBe(1);
  });

  it('counts a series of errors of one recording as one', () => {
    const rate = rateOf({ errors: 400, trials: 500, units: 40, unitName: 'recordings', erringUnits: 12 });
    expect([rate.state, rate.value]).toEqual(['insufficient', 0.8]);
  });

  it('of nothing is no rate', () => {
    expect(rateOf({ errors: 0, trials: 0, units: 0, unitName: 'people' })).not.toHaveProperty('value');
  });
});

describe('a wanted false match rate', () => {
  it.each([
    [1e-4, 300_000, true],
    [1e-4, 299_999, false],
    [1e-5, 3_056_628, true],
    [1e-6, 3_056_628, false],
  ])('of %d from %i comparisons: supported is %s', (wanted, comparisons, supported) => {
    expect(unsupportedBecause(wanted, comparisons) === undefined).toBe(supported);
  });

  it('is refused with the rule that forbids it', () => {
    expect([unsupportedBecause(1e-4, 29_999), unsupportedBecause(1e-4, 200_000)]).toEqual([
      expect.stringContaining('rule of 3)'),
      expect.stringContaining('rule of 30'),
    ]);
  });
});

describe('drawing', () => {
  it('is the same for the same seed, and another for another', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed).next);
    expect([draw(7), draw(7)]).toEqual([draw(7), draw(7)]);
    expect(draw(8)).not.toEqual(draw(7));
  });

  it('is even over its range', () => {
    const random = seededRandom(3);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i += 1) {
      const drawn = random.below(10);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    // Five standard deviations of a count of 10,000.
    expect(Math.max(...counts.map((count) => Math.abs(count - 10_000)))).toBeLessThan(475);
  });

  it('shuffles without loss', () => {
    const list = Array.from({ length: 100 }, (_, index) => index);
    const drawn = shuffled(list, seededRandom(1));
    expect([...drawn].sort((a, b) => a - b)).toEqual(list);
    expect(drawn).not.toEqual(list);
  });

  it('draws as many people as there are', () => {
    const weights = new Uint16Array(50);
    drawWeights(weights, seededRandom(1));
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(50);
  });
});

describe('an interval from resampling people', () => {
  it('holds the true rate about 95 times in 100 although pairs of one person fail together', () => {
    const random = seededRandom(11);
    // Half of the people never fail, the others fail in 0.3 of 10 trials each: 0.15 in all.
    const study = () =>
      Array.from({ length: 80 }, () => {
        const own = random.next() < 0.5 ? 0 : 0.3;
        const errors = Array.from({ length: 10 }, () => random.next() < own).filter(Boolean).length;
        return { errors, trials: 10 };
      });
    const covered = Array.from({ length: 200 }, () => {
      const interval = unitInterval(study(), 200, random);
      return interval !== undefined && interval.low <= 0.15 && interval.high >= 0.15;
    }).filter(Boolean).length;
    expect(covered).toBeGreaterThan(176);
    expect(covered).toBeLessThan(200);
  });

  it('is wider than one that took every trial for independent', () => {
    const random = seededRandom(5);
    const people = Array.from({ length: 50 }, () => {
      const errors = Math.min(20, Math.max(0, Math.round(4 + 4 * gaussian(random))));
      return { errors, trials: 20 };
    });
    const trials = people.flatMap(({ errors, trials: all }) =>
      Array.from({ length: all }, (_, index) => ({ errors: index < errors ? 1 : 0, trials: 1 })),
    );
    const width = (units: typeof people) => {
      const { low, high } = unitInterval(units, 300, random) ?? { low: 0, high: 0 };
      return high - low;
    };
    expect(width(people)).toBeGreaterThan(1.3 * width(trials));
  });
});
