import { describe, expect, it } from 'vitest';
import { bringToContrast, type TensorLayout } from '#menshen/pixels/index.js';

const layout: TensorLayout = { width: 4, height: 1, colour: 'grey', mean: 0, scale: 1 / 255 };
const target = { targetLuminance: 0.5, targetContrast: 0.2 };

function brought(values: readonly number[], as: TensorLayout = layout): number[] {
  const tensor = Float32Array.from(values, (value) => (value - Number(as.mean)) * Number(as.scale));
  bringToContrast(tensor, as, target);
  return Array.from(tensor, (value) => value / Number(as.scale) + Number(as.mean));
}

describe('bringing a crop to a contrast', () => {
  it('gives the wanted mean and deviation', () => {
    const values = brought([90, 100, 100, 110]);
    const mean = values.reduce((sum, value) => sum + value, 0) / 4;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4);
    expect([mean, deviation]).toEqual([expect.closeTo(127.5, 3), expect.closeTo(51, 3)]);
  });

  it('gives the same whatever the exposure was', () => {
    expect(brought([40, 50, 50, 60])).toEqual(brought([80, 100, 100, 120]).map((value) => expect.closeTo(value, 2)));
  });

  it('gives the same in another normalisation', () => {
    const symmetric = { ...layout, mean: 127.5, scale: 1 / 127.5 };
    expect(brought([90, 100, 100, 110], symmetric)).toEqual(
      brought([90, 100, 100, 110]).map((value) => expect.closeTo(value, 2)),
    );
  });

  it('cuts at black and white', () => {
    const values = brought([0, ...new Array<number>(14).fill(127), 254]);
    expect([values[0], values[15]]).toEqual([expect.closeTo(0, 3), expect.closeTo(255, 3)]);
  });

  it('leaves a flat crop flat', () => {
    expect(brought([80, 80, 80, 80])).toEqual(new Array(4).fill(expect.closeTo(127.5, 3)));
  });
});
