import type { HeldBytes } from './held-bytes.js';
import type { SlotMatch, SlotStore } from './slots.js';

/**
 * The twin of native/gallery.cpp: the oracle in tests, and what runs where no compiler was. It wipes as the native
 * one does, but JavaScript can neither lock pages nor keep them out of a dump.
 */
export class TypescriptSlots implements SlotStore {
  readonly #dimensions: number;
  readonly #chunks: Chunk[] = [];

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
  }

  put(slot: number, template: Float32Array): void {
    const chunk = this.#chunkFor(slot);
    this.#row(chunk, slot).set(template);
    chunk.occupied[slot % chunkSlots] = 1;
  }

  clear(slot: number): boolean {
    const chunk = this.#chunkHolding(slot);
    if (!chunk) return false;
    this.#row(chunk, slot).fill(0);
    chunk.occupied[slot % chunkSlots] = 0;
    return true;
  }

  top(probe: Float32Array, count: number): readonly SlotMatch[] {
    const best: SlotMatch[] = [];
    this.#chunks.forEach((chunk, chunkIndex) => {
      for (let index = 0; index < chunkSlots; index++) {
        if (chunk.occupied[index] !== 1) continue;
        const similarity = dot(probe, chunk.rows, index * this.#dimensions);
        offer(best, count, { slot: chunkIndex * chunkSlots + index, similarity });
      }
    });
    return best;
  }

  similarityAt(slot: number, probe: Float32Array): number | undefined {
    const chunk = this.#chunkHolding(slot);
    return chunk && dot(probe, chunk.rows, (slot % chunkSlots) * this.#dimensions);
  }

  memory(): HeldBytes {
    const totalBytes = this.#chunks.length * chunkSlots * this.#dimensions * Float32Array.BYTES_PER_ELEMENT;
    return { totalBytes, lockedBytes: 0, excludedFromDumps: false };
  }

  close(): void {
    for (const chunk of this.#chunks) chunk.rows.fill(0);
    this.#chunks.length = 0;
  }

  /** Grows by whole chunks: a template that was copied to a larger array would stay behind in the old one. */
  #chunkFor(slot: number): Chunk {
    const index = Math.floor(slot / chunkSlots);
    for (;;) {
      const chunk = this.#chunks[index];
      if (chunk) return chunk;
      this.#chunks.push({
        rows: new Float32Array(chunkSlots * this.#dimensions),
        occupied: new Uint8Array(chunkSlots),
      });
    }
  }

  #chunkHolding(slot: number): Chunk | undefined {
    const chunk = this.#chunks[Math.floor(slot / chunkSlots)];
    return chunk?.occupied[slot % chunkSlots] === 1 ? chunk : undefined;
  }

  #row(chunk: Chunk, slot: number): Float32Array {
    const start = (slot % chunkSlots) * this.#dimensions;
    return chunk.rows.subarray(start, start + this.#dimensions);
  }
}

interface Chunk {
  readonly rows: Float32Array;
  readonly occupied: Uint8Array;
}

const chunkSlots = 256;

/** Sums in double precision, which makes it the more exact of the two. */
function dot(probe: Float32Array, rows: Float32Array, start: number): number {
  let even = 0;
  let odd = 0;
  const paired = probe.length - (probe.length % 2);
  for (let at = 0; at < paired; at += 2) {
    even += (probe[at] ?? 0) * (rows[start + at] ?? 0);
    odd += (probe[at + 1] ?? 0) * (rows[start + at + 1] ?? 0);
  }
  if (paired < probe.length) even += (probe[paired] ?? 0) * (rows[start + paired] ?? 0);
  return even + odd;
}

/** Keeps `best` sorted and at most `count` long. Slots come in rising order, so an equal one goes behind. */
function offer(best: SlotMatch[], count: number, candidate: SlotMatch): void {
  if (Number.isNaN(candidate.similarity)) return;
  const last = best[count - 1];
  if (last && candidate.similarity <= last.similarity) return;
  if (last) best.pop();
  const place = best.findIndex((match) => match.similarity < candidate.similarity);
  best.splice(place === -1 ? best.length : place, 0, candidate);
}
