/** Fuses the probes of successive frames: their mean on the unit sphere, as long as they show one and the same face. */
export class ProbeFusion {
  readonly #sum: Float32Array;
  readonly #sameFaceAtLeast: number;
  #frames = 0;
  #restarts = 0;

  /** @param sameFaceAtLeast cosine similarity below which a frame counts as another face; from the pack's table. */
  constructor(dimensions: number, sameFaceAtLeast: number) {
    this.#sum = new Float32Array(dimensions);
    this.#sameFaceAtLeast = sameFaceAtLeast;
  }

  get frames(): number {
    return this.#frames;
  }

  /** How often another face took over; what the former one had earned is forgotten each time. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Adds a unit vector (not kept). @returns false when it began a new face. */
  add(vector: Float32Array): boolean {
    const continues = this.#frames === 0 || cosineSimilarity(this.#sum, vector) >= this.#sameFaceAtLeast;
    if (!continues) {
      this.#restarts += 1;
      this.#frames = 0;
      this.#sum.fill(0);
    }
    for (let i = 0; i < this.#sum.length; i += 1) this.#sum[i] = (this.#sum[i] ?? 0) + (vector[i] ?? 0);
    this.#frames += 1;
    return continues;
  }

  /** The fused probe as a unit vector; the caller wipes it. */
  fused(): Float32Array {
    const length = Math.sqrt(dot(this.#sum, this.#sum));
    return this.#sum.map((value) => (length === 0 ? 0 : value / length));
  }

  wipe(): void {
    this.#sum.fill(0);
    this.#frames = 0;
  }
}

/** Cosine of the angle between two vectors of one dimension, -1..1; 0 when one has no length. */
export function cosineSimilarity(a: Float32Array, b: Float32Array): number {
  const norms = Math.sqrt(dot(a, a) * dot(b, b));
  return norms === 0 ? 0 : dot(a, b) / norms;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
