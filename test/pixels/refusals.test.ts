// Native or not, the kernels refuse the same calls.
import { describe, expect, it } from 'vitest';
import type { Implementation } from '#menshen/addon/index.js';
import {
  emptyTensor,
  type LineSearch,
  openPixelKernels,
  type PixelKernels,
  type TensorLayout,
} from '#menshen/pixels/index.js';
import { native } from './kernels-here.js';
import { plain } from './paint.js';

const implementations: readonly Implementation[] = [...native, 'typescript'];
const internal = expect.objectContaining({ name: 'MenshenError', code: 'internal' });

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
