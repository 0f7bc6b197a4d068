export interface Random {
  /** 0 <= x < 1. */
  next(): number;
  /** A whole number, 0 <= x < `limit`. */
  below(limit: number): number;
}

/**
 * Repeatable draws for resampling, never for secrets: the same seed gives the same report.
 *
 * xoshiro128** (Blackman, Vigna 2018), its state filled by splitmix32.
 */
export function seededRandom(seed: number): Random {
  const state = filledState(seed >>> 0);
  const next32 = (): number => {
    const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = state;
    const result = Math.imul(rotatedLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    const mixed2 = s2 ^ s0;
    const mixed3 = s3 ^ s1;
    state[0] = s0 ^ mixed3;
    state[1] = s1 ^ mixed2;
    state[2] = mixed2 ^ (s1 << 9);
    state[3] = rotatedLeft(mixed3, 11);
    return result;
  };
  const next = () => next32() / 2 ** 32;
  return { next, below: (limit) => Math.floor(next() * limit) };
}

/** The list in a drawn order (Fisher, Yates); the list itself stays as it is. */
export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const drawn: T[] = [];
  const left = [...list];
  while (left.length > 0) {
    const at = random.below(left.length);
    const last = left.length - 1;
    const [taken, moved] = [left[at], left[last]];
    if (moved !== undefined) left[at] = moved;
    left.length = last;
    if (taken !== undefined) drawn.push(taken);
  }
  return drawn;
}

function filledState(seed: number): Uint32Array {
  const state = new Uint32Array(4);
  let counter = seed;
  for (let i = 0; i < state.length; i += 1) {
    counter = (counter + 0x9e3779b9) | 0;
    let mixed = counter ^ (counter >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    state[i] = mixed ^ (mixed >>> 15);
  }
  return state;
}

function rotatedLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
