import { describe, expect, it } from 'vitest';
import type { Box, Picture } from '#menshen/core/index.js';
import {
  emptyTensor,
  layoutOf,
  type ResampleOptions,
  resampleToTensor,
  type TensorLayout,
} from '#menshen/pixels/index.js';
import { noise, paint, plain } from './paint.js';

const raw = (width: number, height: number, colour: TensorLayout['colour'] = 'rgb'): TensorLayout => ({
  width,
  height,
  colour,
  mean: 0,
  scale: 1,
});

function resampled(picture: Picture, box: Box, layout: TensorLayout, options?: ResampleOptions): Float32Array {
  const out = emptyTensor(layout);
  resampleToTensor(picture, box, layout, out, options);
  return out;
}

describe('resampleToTensor', () => {
  it('gives the picture back, plane by plane, when nothing is resized', () => {
    const picture = noise(5, 4);
    const out = resampled(picture, { x: 0, y: 0, width: 5, height: 4 }, raw(5, 4));
    expect(out[20 + 7]).toBeCloseTo(picture.rgb[7 * 3 + 1] ?? -1, 3);
  });

  it('swaps the planes for a BGR model', () => {
    const out = resampled(
      paint(4, 4, () => [10, 20, 30]),
      { x: 0, y: 0, width: 4, height: 4 },
      raw(4, 4, 'bgr'),
    );
    expect([out[0], out[16], out[32]].map((value) => Math.round(value ?? 0))).toEqual([30, 20, 10]);
  });

  it.each(['rgb', 'bgr'] as const)(
    'normalises each channel in its own way where the model pack says so: %s',
    (colour) => {
      const layout = layoutOf({ shape: [1, 3, 2, 2], colour, mean: [10, 20, 30], scale: [1, 0.5, 0.25] });
      const out = resampled(
        paint(4, 4, () => [110, 120, 130]),
        { x: 0, y: 0, width: 4, height: 4 },
        layout,
      );
      const wanted = colour === 'rgb' ? [100, 50, 25] : [120, 50, 20];
      expect([out[0], out[4], out[8]].map((value) => Math.round(value ?? 0))).toEqual(wanted);
    },
  );

  it('normalises as the model pack declares', () => {
    const layout = { ...raw(2, 2), mean: 127, scale: 1 / 128 };
    expect(resampled(plain(4, 4, 255), { x: 0, y: 0, width: 4, height: 4 }, layout)[0]).toBeCloseTo(1, 5);
  });

  it('averages instead of skipping pixels when it shrinks', () => {
    const stripes = paint(64, 64, (x) => (x % 2 ? [255, 255, 255] : [0, 0, 0]));
    const out = resampled(stripes, { x: 0, y: 0, width: 64, height: 64 }, raw(16, 16, 'grey'));
    // The border repeats its last stripe; away from it, every output is the mean of black and white.
    const inner = out.subarray(16 * 8 + 2, 16 * 8 + 14);
    expect(inner.every((value) => Math.abs(value - 127.5) < 1)).toBe(true);
  });

  it('keeps a ramp a ramp when it enlarges', () => {
    const ramp = paint(8, 2, (x) => [x * 10, x * 10, x * 10]);
    const out = resampled(ramp, { x: 2, y: 0, width: 4, height: 2 }, raw(8, 2, 'grey'));
    expect((out[4] ?? 0) - (out[3] ?? 0)).toBeCloseTo(5, 3);
  });

  it('repeats the last pixels beyond the border', () => {
    const out = resampled(plain(6, 6, 90), { x: -10, y: -10, width: 30, height: 30 }, raw(7, 7, 'grey'));
    expect(out.every((value) => Math.abs(value - 90) < 1e-3)).toBe(true);
  });

  it('survives a box that lies wholly outside the picture', () => {
    const out = resampled(plain(6, 6, 90), { x: 50, y: -40, width: 10, height: 10 }, raw(4, 4, 'grey'));
    expect(out.every((value) => Math.abs(value - 90) < 1e-3)).toBe(true);
  });

  it('cuts a brightened picture at white', () => {
    const out = resampled(plain(4, 4, 200), { x: 0, y: 0, width: 4, height: 4 }, raw(4, 4), { gain: 2 });
    expect(out[0]).toBe(255);
  });
});
