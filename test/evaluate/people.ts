/** Made-up people: vectors scattered about a centre of each person, so that no test needs a face. */
import type { FaceSample, PairList } from '#menshen/evaluate/index.js';
import { type Random, seededRandom } from '#menshen/evaluate/statistics/random.js';

export interface MadeUp {
  readonly people: number;
  readonly pictures: number;
  /** How far pictures scatter about their person's centre. */
  readonly scatter?: number;
  readonly dimensions?: number;
  readonly seed?: number;
}

export function madeUpSamples({ people, pictures, scatter = 0.1, dimensions = 16, seed = 1 }: MadeUp): FaceSample[] {
  const random = seededRandom(seed);
  return Array.from({ length: people }, (_, person) => {
    const centre = Float32Array.from({ length: dimensions }, () => gaussian(random));
    return Array.from({ length: pictures }, (_picture, picture) => ({
      file: `p${person}/${picture}.jpg`,
      person: `p${person}`,
      vector: unit(centre.map((value) => value + scatter * Math.sqrt(dimensions) * gaussian(random))),
      quality: 100 * random.next(),
    }));
  }).flat();
}

/** Of standard deviation 1 (Box, Muller). */
export function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

export function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** A unit vector in a plane. */
export function at(degrees: number): Float32Array {
  return Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));
}

export function filesIn({ folds }: PairList): string[][] {
  return folds.map(({ mated, nonMated }) => [...mated, ...nonMated].flat());
}
