import { openProjection, type ProjectedEnergy } from '../addon/index.js';
import type { ImpostorModel } from '../core/index.js';
import { cosineSimilarity } from './cosine.js';

/**
 * Compares two unit vectors. The similarity is the cosine, divided by how much each side resembles strangers anyway
 * (score normalisation with a Gaussian cohort, after Z-norm and S-norm of speaker recognition): a blurred or
 * half-hidden face lies where many people are near, and must be nearer to count.
 *
 * Without an impostor model it is the cosine itself.
 */
export class Comparator {
  readonly #model: ImpostorModel | undefined;
  readonly #largestScale: number;

  constructor(model?: ImpostorModel) {
    this.#model = model;
    this.#largestScale =
      model === undefined ? 1 : Math.max(1, (model.typicalDeviation / Math.sqrt(model.restVariance)) ** model.exponent);
  }

  /** What a unit vector is multiplied with before the dot product; 1 for one that is as near to strangers as most are. */
  scaleOf(vector: Float32Array): number {
    if (this.#model === undefined) return 1;
    const { typicalDeviation, exponent } = this.#model;
    return (typicalDeviation / strangerDeviation(this.#model, vector)) ** exponent;
  }

  /**
   * Whether the similarity is at least so much; for searches over many, because the cosine alone settles nearly all: no
   * vector is further from strangers than along the directions in which they spread least.
   */
  reaches(one: Float32Array, other: Float32Array, atLeast: number): boolean {
    return this.mayReach(cosineSimilarity(one, other), atLeast) && this.similarity(one, other) >= atLeast;
  }

  /** False when two vectors of this cosine cannot have so high a similarity, whichever they are. */
  mayReach(cosine: number, atLeast: number): boolean {
    return cosine * this.#largestScale ** 2 >= atLeast;
  }

  /** -1..1 */
  similarity(one: Float32Array, other: Float32Array): number {
    return this.similarityOf(this.scaled(one), this.scaled(other));
  }

  /** The vector (not copied) with what it is multiplied with, for one that is compared more than once. */
  scaled(vector: Float32Array): ScaledVector {
    return { vector, scale: this.scaleOf(vector) };
  }

  /** -1..1 */
  similarityOf(one: ScaledVector, other: ScaledVector): number {
    const normalised = cosineSimilarity(one.vector, other.vector) * one.scale * other.scale;
    return Math.max(-1, Math.min(1, normalised));
  }
}

export interface ScaledVector {
  readonly vector: Float32Array;
  readonly scale: number;
}

/** Chosen with the first comparison, not when the file is loaded: only whoever compares needs the addon. */
let projection: ProjectedEnergy | undefined;

/** Standard deviation of a unit vector's cosine similarities to strangers. */
export function strangerDeviation(model: ImpostorModel, vector: Float32Array): number {
  projection ??= openProjection();
  return Math.sqrt(model.restVariance + projection(model.factors, model.rank, vector));
}
