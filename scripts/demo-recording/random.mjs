/**
 * The same numbers on every machine: the recording must not change with who renders it.
 *
 * @param {number} seed
 * @returns {() => number} uniform in 0..1
 */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/**
 * @param {() => number} random
 * @param {number} length
 * @param {number} deviation
 */
export function gaussianTable(random, length, deviation) {
  const table = new Float32Array(length);
  for (let index = 0; index < length; index += 1) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    table[index] = deviation * radius * Math.cos(2 * Math.PI * random());
  }
  return table;
}
