import { describe, expect, it } from 'vitest';
import { strangerDeviation } from '#menshen/compare/index.js';
import { faceSetOf } from '#menshen/evaluate/statistics/face-set.js';
import { impostorModelOf } from '#menshen/evaluate/statistics/impostor-model.js';
import { Pacer } from '#menshen/evaluate/statistics/progress.js';
import { seededRandom } from '#menshen/evaluate/statistics/random.js';

const dimensions = 128;

/** Unit vectors of made-up people, three times as spread along the first axis as along any other. */
function people(count: number) {
  const random = seededRandom(7);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return Array.from({ length: count }, (_, person) => {
    const vector = Float32Array.from({ length: dimensions }, (__, at) => normal() * (at === 0 ? 3 : 1));
    const length = Math.hypot(...vector);
    return { file: `${person}/1.jpg`, person: `${person}`, vector: vector.map((value) => value / length) };
  });
}

const axis = (at: number) => Float32Array.from({ length: dimensions }, (_, index) => (index === at ? 1 : 0));

const modelOf = (count: number) => impostorModelOf(faceSetOf(people(count)), seededRandom(1), new Pacer());

describe('the impostor model of an evaluation', () => {
  it('finds the direction along which people spread most', async () => {
    const model = await modelOf(1500);
    if (model === undefined) throw new Error('no model');
    const [first = 0, other = 1] = [0, 127].map((at) => strangerDeviation(model, axis(at)));
    expect(first / other).toBeCloseTo(3, 0);
  });

  it('is not made from fewer than 500 people, whose faces would show through', async () => {
    expect(await modelOf(499)).toBeUndefined();
  });

  it('is the same for the same seed', async () => {
    expect(await modelOf(600)).toEqual(await modelOf(600));
  });
});
