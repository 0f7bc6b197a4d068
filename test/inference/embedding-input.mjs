/** A made-up aligned crop, the same in every process; only a seed, never the needle, is shared. */
export function embeddingInput() {
  return Float32Array.from({ length: 3 * 112 * 112 }, (_, index) => Math.sin(index * index * 0.01));
}
