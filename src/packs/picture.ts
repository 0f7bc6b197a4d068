import type { Picture } from '../core/index.js';

/** No round numbers, so that no sample falls on a round place; small, because this is painted at every start. */
const width = 251;
const height = 189;

/**
 * A made-up picture for the golden check: colourful, different in every corner, no face. Whole numbers only, so that
 * every machine paints the same one.
 */
export function goldenPicture(): Picture {
  const rgb = new Uint8Array(width * height * 3);
  let grain = 1;
  for (let at = 0; at < rgb.length; at += 3) {
    const x = (at / 3) % width;
    const y = (at / 3 - x) / width;
    // Numerical Recipes' linear congruence; its upper bits are the grain.
    grain = (Math.imul(grain, 1664525) + 1013904223) >>> 0;
    const light = (grain >>> 28) - 8 + (((x >> 4) + (y >> 5)) & 1 ? 24 : 0);
    rgb[at] = 30 + ((x * 150) >> 8) + light;
    rgb[at + 1] = 180 - ((y * 140) >> 8) + light;
    rgb[at + 2] = 50 + (((x + y) * 90) >> 8) + light;
  }
  for (const disc of discs) paint(rgb, disc);
  return { width, height, rgb };
}

interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly colour: readonly [number, number, number];
}

const discs: readonly Disc[] = [
  { x: 75, y: 60, radius: 38, colour: [214, 162, 130] },
  { x: 62, y: 51, radius: 6, colour: [38, 30, 52] },
  { x: 89, y: 53, radius: 5, colour: [44, 36, 30] },
  { x: 76, y: 80, radius: 11, colour: [178, 64, 70] },
  { x: 187, y: 136, radius: 30, colour: [30, 120, 210] },
  { x: 219, y: 37, radius: 16, colour: [240, 220, 60] },
];

/** Darker towards the lower right. */
function paint(rgb: Uint8Array, { x, y, radius, colour: [red, green, blue] }: Disc): void {
  for (let down = -radius; down <= radius; down += 1) {
    for (let right = -radius; right <= radius; right += 1) {
      if (right * right + down * down >= radius * radius) continue;
      const at = ((y + down) * width + x + right) * 3;
      const shade = (right + down + 2 * radius) >> 3;
      rgb[at] = red - shade;
      rgb[at + 1] = green - shade;
      rgb[at + 2] = blue - shade;
    }
  }
}
