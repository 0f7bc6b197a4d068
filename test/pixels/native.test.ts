// The TypeScript kernels are the oracle: native ones must say the same, whatever they are handed.
import { describe, expect, it } from 'vitest';
import { addonStatus, type Implementation } from '#menshen/addon/index.js';
import { type Box, MenshenError, type Picture } from '#menshen/core/index.js';
import {
  emptyTensor,
  type LineSearch,
  openPixelKernels,
  type PixelKernels,
  type Similarity,
  type TensorLayout,
} from '#menshen/pixels/index.js';
import { numbersFrom } from '../addon/fixtures/vectors.mjs';
import { noise, plain } from './paint.js';

const kernels: readonly Implementation[] = ['native-avx512', 'native-avx2', 'native-neon', 'native-plain'];
const native = kernels.filter(canRun);
if (native.length === 0) console.log(`native pixel kernels are not tested: ${addonStatus().reason}`);
else console.log(`pixel kernels tested: ${native.join(', ')}`);
const implementations: readonly Implementation[] = [...native, 'typescript'];
const twin = openPixelKernels('typescript');

/** Of an 8-bit level before gain and normalisation: float32 sums in another order differ by less. */
const toleranceLevels = 2e-3;
const rounds = 300;
const colours = ['rgb', 'bgr', 'grey'] as const;
const internal = expect.objectContaining({ name: 'MenshenError', code: 'internal' });

function canRun(implementation: Implementation): boolean {
  try {
    openPixelKernels(implementation);
    return true;
  } catch (fault) {
    if (fault instanceof MenshenError && fault.code === 'addon-unavailable') return false;
    throw fault;
  }
}

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

describe.each(implementations)('%s pixel kernels', (implementation) => {
  const kernel: PixelKernels = openPixelKernels(implementation);
  const picture = plain(8, 6, 90);
  const box = { x: 0, y: 0, width: 8, height: 6 };
  const layout: TensorLayout = { width: 4, height: 3, colour: 'rgb', mean: 0, scale: 1 };
  const identity = { a: 1, b: 0, tx: 0, ty: 0 };
  const lines: LineSearch = {
    ...{ leastGradient: 1, uprightRatio: 0.5, top: 0, bottom: 7, middle: 4, tiltStep: 0.1, tiltsEachWay: 1 },
  };
  const out = emptyTensor(layout);

  it.each([
    ['fewer bytes than its sides say', { ...picture, rgb: picture.rgb.subarray(1) }],
    ['more bytes than its sides say', { ...picture, rgb: new Uint8Array(8 * 6 * 3 + 1) }],
    ['bytes that were taken away', { ...picture, rgb: detached(8 * 6 * 3) }],
    ['no width', { ...picture, width: 0, rgb: new Uint8Array(0) }],
    ['a fractional width', { ...picture, width: 7.5 }],
    ['a width that is not a number', { ...picture, width: Number.NaN }],
    ['a width beyond every camera', { ...picture, width: 2 ** 31, height: 1 }],
  ])('refuse a picture with %s', (_, hostile) => {
    expect(() => kernel.resampleToTensor(hostile, box, layout, out)).toThrow(internal);
    expect(() => kernel.warpToTensor(hostile, identity, layout, out)).toThrow(internal);
    expect(() => kernel.luminanceOf(hostile, box)).toThrow(internal);
  });

  it.each([
    { ...box, x: Number.NaN },
    { ...box, y: Number.POSITIVE_INFINITY },
    { ...box, width: Number.NaN },
    { ...box, width: -1 },
    { ...box, height: -1e-9 },
    { ...box, height: 1e9 },
  ])('refuse the box %o', (hostile) => {
    expect(() => kernel.resampleToTensor(picture, hostile, layout, out)).toThrow(internal);
    expect(() => kernel.luminanceOf(picture, hostile)).toThrow(internal);
  });

  it.each([
    { ...identity, a: Number.NaN },
    { ...identity, b: Number.NEGATIVE_INFINITY },
    { ...identity, tx: 1e300 },
  ])('refuse the similarity %o', (hostile) => {
    expect(() => kernel.warpToTensor(picture, hostile, layout, out)).toThrow(internal);
  });

  it.each([
    ['too short', layout, new Float32Array(35)],
    ['too long', layout, new Float32Array(37)],
    ['of another type', layout, new Float64Array(36) as unknown as Float32Array],
    ['of no width', { ...layout, width: 0 }, new Float32Array(0)],
    ['normalised by NaN', { ...layout, scale: Number.NaN }, out],
  ])('refuse a tensor %s', (_, hostileLayout, hostileOut) => {
    expect(() => kernel.resampleToTensor(picture, box, hostileLayout, hostileOut)).toThrow(internal);
    expect(() => kernel.warpToTensor(picture, identity, hostileLayout, hostileOut)).toThrow(internal);
  });

  it('refuse to mirror what is no tensor of its layout', () => {
    expect(() => kernel.mirrorTensor(new Float32Array(35), layout)).toThrow(internal);
    expect(() => kernel.mirrorTensor(new Float32Array(0), { ...layout, width: 0 })).toThrow(internal);
  });

  it('refuse a gain that is not a number', () => {
    expect(() => kernel.resampleToTensor(picture, box, layout, out, { gain: Number.NaN })).toThrow(internal);
  });

  it('refuse a grey crop of another length than its sides say', () => {
    expect(() => kernel.sharpnessOf(new Float32Array(63), 8, 8)).toThrow(internal);
    expect(() => kernel.noiseOf(new Float32Array(63), 8, 8)).toThrow(internal);
    expect(() => kernel.countUprightLines(new Float32Array(63), 8, 8, lines, new Float32Array(24))).toThrow(internal);
  });

  it.each<[string, Partial<LineSearch>]>([
    ['a last row outside the crop', { bottom: 8 }],
    ['a first row after the last one', { top: 6, bottom: 5 }],
    ['a first row before the crop', { top: -1 }],
    ['a row that is not whole', { top: 0.5 }],
    ['a middle that is not a number', { middle: Number.NaN }],
    ['a gradient that is not finite', { leastGradient: Number.POSITIVE_INFINITY }],
    ['an absurd tilt', { tiltStep: 17 }],
    ['tilts without end', { tiltsEachWay: 2 ** 31 }],
    ['another number of tilts than there is room for', { tiltsEachWay: 2 }],
  ])('refuse to look for lines with %s', (_, hostile) => {
    const look = () =>
      kernel.countUprightLines(new Float32Array(64), 8, 8, { ...lines, ...hostile }, new Float32Array(24));
    expect(look).toThrow(internal);
  });

  it('write nothing beside a tensor that is part of a larger one', () => {
    const batch = new Float32Array(3 * 36).fill(7);
    kernel.resampleToTensor(picture, box, layout, batch.subarray(36, 72));
    expect([...batch.subarray(0, 36), ...batch.subarray(72)].every((value) => value === 7)).toBe(true);
  });

  it('show one pixel everywhere where the box has no size', () => {
    kernel.resampleToTensor(picture, { x: 3, y: 3, width: 0, height: 0 }, layout, out);
    expect(out.every((value) => Math.abs(value - 90) < 1e-3)).toBe(true);
  });
});

function detached(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}
