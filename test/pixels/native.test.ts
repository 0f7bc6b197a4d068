// The TypeScript kernels are the oracle: native ones must say the same, whatever they are handed.
import { describe, expect, it } from 'vitest';
import type { Box, Picture } from '#menshen/core/index.js';
import {
  emptyTensor,
  type LineSearch,
  openPixelKernels,
  type Similarity,
  type TensorLayout,
} from '#menshen/pixels/index.js';
import { numbersFrom } from '../addon/fixtures/vectors.mjs';
import { native } from './kernels-here.js';
import { noise } from './paint.js';

const twin = openPixelKernels('typescript');

/** Of an 8-bit level before gain and normalisation: float32 sums in another order differ by less. */
const toleranceLevels = 2e-3;
const rounds = 300;
const colours = ['rgb', 'bgr', 'grey'] as const;

/** Whole numbers and fractions from a seed, so that a failure comes back on the next run. */
function drawFrom(seed: number) {
  const next = numbersFrom(seed);
  const between = (least: number, most: number) => least + ((next() + 1) / 2) * (most - least);
  return { between, side: (most: number) => 1 + Math.floor(between(0, most)) };
}

type Draw = ReturnType<typeof drawFrom>;

function someLayout({ between, side }: Draw): TensorLayout {
  const colour = colours[Math.floor(between(0, 3))] ?? 'rgb';
  return { width: side(40), height: side(40), colour, mean: between(0, 128), scale: between(0.004, 0.02) };
}

function someBox({ between }: Draw, { width, height }: Picture): Box {
  const kind = Math.floor(between(0, 6));
  if (kind === 0) return { x: between(-1e7, 1e7), y: between(-1e7, 1e7), width: between(0, 1e7), height: 1e7 };
  if (kind === 1) return { x: between(-5, width + 5), y: between(-5, height + 5), width: 0, height: 0 };
  if (kind === 2) return { x: -1e7, y: -30, width: 2e7 / 3, height: 1e-9 };
  if (kind === 3) return { x: 0, y: 0, width, height };
  return { x: between(-60, 60), y: between(-60, 60), width: between(0, 90), height: between(0, 90) };
}

function someSimilarity({ between }: Draw): Similarity {
  const kind = Math.floor(between(0, 5));
  if (kind === 0) return { a: between(-1e7, 1e7), b: 3, tx: between(-1e7, 1e7), ty: 0 };
  if (kind === 1) return { a: 0, b: 0, tx: between(-3, 40), ty: between(-3, 40) };
  if (kind === 2) return { a: 1, b: 0, tx: Math.floor(between(-9, 9)), ty: Math.floor(between(-9, 9)) };
  return { a: between(-5, 5), b: between(-5, 5), tx: between(-40, 80), ty: between(-40, 80) };
}

function someLineSearch({ between, side }: Draw, height: number): LineSearch {
  const bottom = side(height) - 1;
  const far = Math.floor(between(0, 5)) === 0;
  return {
    ...{ leastGradient: between(-1, 30), uprightRatio: between(0, 2) },
    ...{ top: side(bottom + 1) - 1, bottom },
    middle: far ? between(-1e7, 1e7) : between(-10, height + 10),
    ...{ tiltStep: far ? between(-16, 16) : between(-0.1, 0.1), tiltsEachWay: side(9) - 1 },
  };
}

function largestDifference(one: Float32Array, other: Float32Array): number {
  return one.reduce((most, value, index) => {
    const difference = Math.abs(value - (other[index] ?? Number.NaN));
    return difference <= most ? most : difference;
  }, 0);
}

describe.each(native)('%s against the TypeScript kernels', (implementation) => {
  const kernel = openPixelKernels(implementation);

  it('resamples alike: odd sizes, single pixels, boxes of any size and place', () => {
    for (let seed = 0; seed < rounds; seed += 1) {
      const draw = drawFrom(seed);
      const picture = noise(draw.side(70), draw.side(50), seed);
      const layout = someLayout(draw);
      const [box, gain] = [someBox(draw, picture), draw.between(0, 4)];
      const [found, expected] = [emptyTensor(layout).fill(Number.NaN), emptyTensor(layout)];
      kernel.resampleToTensor(picture, box, layout, found, { gain });
      twin.resampleToTensor(picture, box, layout, expected, { gain });
      const tolerance = toleranceLevels * layout.scale * Math.max(1, gain);
      expect(largestDifference(found, expected), `seed ${seed}`).toBeLessThanOrEqual(tolerance);
    }
  });

  it('warps alike: odd sizes, single pixels, similarities of any size and place, mirrored or not', () => {
    for (let seed = 0; seed < rounds; seed += 1) {
      const draw = drawFrom(seed);
      const picture = noise(draw.side(70), draw.side(50), seed);
      const layout = someLayout(draw);
      const toPicture = someSimilarity(draw);
      const [found, expected] = [emptyTensor(layout).fill(Number.NaN), emptyTensor(layout)];
      kernel.warpToTensor(picture, toPicture, layout, found, seed % 2 === 0);
      twin.warpToTensor(picture, toPicture, layout, expected, seed % 2 === 0);
      expect(largestDifference(found, expected), `seed ${seed}`).toBeLessThanOrEqual(toleranceLevels * layout.scale);
    }
  });

  it.each([
    ['a camera frame', 640, 480, { x: 0, y: 0, width: 640, height: 480 }, 320, 240],
    ['a face', 641, 479, { x: 201.3, y: 99.7, width: 155.1, height: 190.2 }, 128, 128],
    ['a row of pixels', 4096, 1, { x: -3, y: 0, width: 4099, height: 1 }, 7, 3],
  ])('resamples %s alike', (_, width, height, box, outWidth, outHeight) => {
    const picture = noise(width, height);
    const layout: TensorLayout = { width: outWidth, height: outHeight, colour: 'bgr', mean: 127, scale: 1 / 128 };
    const [found, expected] = [emptyTensor(layout), emptyTensor(layout)];
    kernel.resampleToTensor(picture, box, layout, found);
    twin.resampleToTensor(picture, box, layout, expected);
    expect(largestDifference(found, expected)).toBeLessThanOrEqual(toleranceLevels / 128);
  });

  it('halves a picture’s width alike, whatever of it vectors leave over', () => {
    for (let width = 1; width <= 90; width += 1) {
      const picture = noise(2 * width, 6, width);
      const layout: TensorLayout = { width, height: 3, colour: colours[width % 2] ?? 'rgb', mean: 9, scale: 1 / 128 };
      const [found, expected] = [emptyTensor(layout).fill(Number.NaN), emptyTensor(layout)];
      const whole = { x: 0, y: 0, width: 2 * width, height: 6 };
      kernel.resampleToTensor(picture, whole, layout, found);
      twin.resampleToTensor(picture, whole, layout, expected);
      expect(largestDifference(found, expected), `width ${width}`).toBeLessThanOrEqual(toleranceLevels / 128);
    }
  });

  it.each([1.7, 3.9, 15, 17, 40])('warps a picture alike of which an output pixel shows %d', (size) => {
    const picture = noise(900, 700);
    const layout: TensorLayout = { width: 15, height: 13, colour: 'rgb', mean: 127, scale: 1 / 128 };
    const [found, expected] = [emptyTensor(layout), emptyTensor(layout)];
    const toPicture = { a: size, b: size / 5, tx: 120, ty: 20 };
    kernel.warpToTensor(picture, toPicture, layout, found);
    twin.warpToTensor(picture, toPicture, layout, expected);
    expect(largestDifference(found, expected)).toBeLessThanOrEqual(toleranceLevels / 128);
  });

  it('mirrors the same, to the last bit, and twice gives what was there', () => {
    for (let width = 1; width <= 90; width += 1) {
      const { between } = drawFrom(width);
      const layout: TensorLayout = { width, height: 3, colour: 'rgb', mean: 0, scale: 1 };
      const original = emptyTensor(layout).map(() => between(-1, 1));
      const [found, expected] = [original.slice(), original.slice()];
      kernel.mirrorTensor(found, layout);
      twin.mirrorTensor(expected, layout);
      expect(found, `width ${width}`).toEqual(expected);
      kernel.mirrorTensor(found, layout);
      expect(found).toEqual(original);
    }
  });

  it('counts the same straight lines in more rows than a byte counts to', () => {
    const [width, height] = [70, 700];
    const grey = Float32Array.from({ length: width * height }, (_, at) => (at % width < 31 ? 20 : 200));
    const search: LineSearch = {
      ...{ leastGradient: 5, uprightRatio: 0.5, top: 1, bottom: height - 2 },
      ...{ middle: 350, tiltStep: 0.02, tiltsEachWay: 2 },
    };
    const [found, expected] = [new Float32Array(5 * width), new Float32Array(5 * width)];
    kernel.countUprightLines(grey, width, height, search, found);
    twin.countUprightLines(grey, width, height, search, expected);
    expect([found, Math.max(...found)]).toEqual([expected, height - 2]);
  });

  it('measures luminance alike', () => {
    for (let seed = 0; seed < rounds; seed += 1) {
      const draw = drawFrom(seed);
      const picture = noise(draw.side(200), draw.side(20), seed);
      const box = someBox(draw, picture);
      const [found, expected] = [kernel.luminanceOf(picture, box), twin.luminanceOf(picture, box)];
      expect(Math.abs(found.mean - expected.mean), `seed ${seed}`).toBeLessThan(1e-9);
      // The root of a rounding error: of a box of one colour, the variance is one.
      expect(Math.abs(found.deviation - expected.deviation), `seed ${seed}`).toBeLessThan(1e-7);
    }
  });

  it('measures sharpness alike', () => {
    for (let seed = 0; seed < rounds; seed += 1) {
      const { between, side } = drawFrom(seed);
      const [width, height] = [side(40), side(40)];
      const grey = Float32Array.from({ length: width * height }, () => between(0, 1));
      const [found, expected] = [kernel.sharpnessOf(grey, width, height), twin.sharpnessOf(grey, width, height)];
      expect(Math.abs(found - expected), `seed ${seed}`).toBeLessThanOrEqual(1e-9 * expected);
    }
  });

  it('measures noise the same, to the last bit', () => {
    for (let seed = 0; seed < rounds; seed += 1) {
      const { between, side } = drawFrom(seed);
      const [width, height] = [side(40), side(40)];
      const grey = Float32Array.from({ length: width * height }, () => between(0, 255));
      if (seed % 7 === 0) grey[side(grey.length) - 1] = seed % 2 === 0 ? Number.NaN : Number.POSITIVE_INFINITY;
      const [found, expected] = [kernel.noiseOf(grey, width, height), twin.noiseOf(grey, width, height)];
      expect(found, `seed ${seed}`).toBe(expected);
    }
  });

  it('counts the same straight lines: odd sizes, steep tilts, rows far away, no edges', () => {
    for (let seed = 0; seed < rounds; seed += 1) {
      const draw = drawFrom(seed);
      const [width, height] = [draw.side(80), draw.side(60)];
      const grey = Float32Array.from({ length: width * height }, (_, at) =>
        at % width < width / 2 ? draw.between(0, 40) : draw.between(30, 255),
      );
      if (seed % 9 === 0) grey[draw.side(grey.length) - 1] = Number.NaN;
      const search = someLineSearch(draw, height);
      const length = (2 * search.tiltsEachWay + 1) * width;
      const [found, expected] = [new Float32Array(length).fill(Number.NaN), new Float32Array(length)];
      kernel.countUprightLines(grey, width, height, search, found);
      twin.countUprightLines(grey, width, height, search, expected);
      expect(found, `seed ${seed}`).toEqual(expected);
    }
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('calls a crop that holds %d not sharp', (value) => {
    const grey = new Float32Array(64).fill(1).with(27, value);
    expect([kernel.sharpnessOf(grey, 8, 8), twin.sharpnessOf(grey, 8, 8)]).toEqual([0, 0]);
  });
});
