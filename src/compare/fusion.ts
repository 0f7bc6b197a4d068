import { Comparator, type ScaledVector } from './comparator.js';
import { dot } from './cosine.js';

/**
 * Fuses the probes of successive frames: their mean on the unit sphere, as long as they show one and the same face.
 *
 * Every frame is held against the one before it, one picture against one picture, at a strict threshold: evidence that
 * one face earned (attack detection above all) never counts for another that took its place.
 */
export class ProbeFusion {
  readonly #comparator: Comparator;
  readonly #sameFaceAtLeast: number;
  readonly #sum: Float32Array;
  /** With their scales, which cost more than the comparisons: every frame is compared again with each one after it. */
  #kept: ScaledVector[] = [];
  #restarts = 0;

  /** @param sameFaceAtLeast similarity below which a frame shows another face; a `single-single` threshold. */
  constructor(dimensions: number, sameFaceAtLeast: number, comparator: Comparator = new Comparator()) {
    this.#sum = new Float32Array(dimensions);
    this.#sameFaceAtLeast = sameFaceAtLeast;
    this.#comparator = comparator;
  }

  get frames(): number {
    return this.#kept.length;
  }

  /** How often another face took over; what the former one had earned is forgotten each time. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Adds a unit vector (copied, not kept). @returns false when it began a new face. */
  add(vector: Float32Array): boolean {
    const last = this.#kept.at(-1);
    const added = this.#comparator.scaled(Float32Array.from(vector));
    const continues = last === undefined || this.#comparator.similarityOf(last, added) >= this.#sameFaceAtLeast;
    if (!continues) this.restart();
    for (let i = 0; i < this.#sum.length; i += 1) this.#sum[i] = (this.#sum[i] ?? 0) + (vector[i] ?? 0);
    this.#kept.push(added);
    return continues;
  }

  /** Forgets what was gathered: the next frame begins a new face. */
  restart(): void {
    this.#restarts += 1;
    this.wipe();
  }

  /** The fused probe as a unit vector; the caller wipes it. */
  fused(): Float32Array {
    const length = Math.sqrt(dot(this.#sum, this.#sum));
    return this.#sum.map((value) => (length === 0 ? 0 : value / length));
  }

  /** The lowest similarity of any frame's probe to a reference: no frame may be of somebody else. */
  leastSimilarity(reference: Float32Array): number {
    const scaled = this.#comparator.scaled(reference);
    return Math.min(...this.#kept.map((probe) => this.#comparator.similarityOf(probe, scaled)));
  }

  wipe(): void {
    for (const { vector } of this.#kept) vector.fill(0);
    this.#kept = [];
    this.#sum.fill(0);
  }
}
