import type { Picture } from '#menshen/core/index.js';

/** A picture painted by a function of the pixel's place, so that every expectation can be worked out by hand. */
export function paint(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => readonly [number, number, number],
): Picture {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) rgb.set(colourAt(x, y), (y * width + x) * 3);
  return { width, height, rgb };
}

export function plain(width: number, height: number, value: number): Picture {
  return paint(width, height, () => [value, value, value]);
}

/** Pseudo-random but the same each time. */
export function noise(width: number, height: number, seed = 1): Picture {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  return paint(width, height, () => [next(), next(), next()]);
}
