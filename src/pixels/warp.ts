import type { Picture } from '../core/index.js';
import type { Similarity } from './similarity.js';
import { lumaBlue, lumaGreen, lumaRed, type TensorLayout } from './tensor.js';

/** Beyond this, more samples per output pixel cost more than they change. */
const maxSamplesPerSide = 4;

/** The twin of native/pixels.cpp: the oracle in tests, and what runs where no compiler was. Callers have checked. */
export function warp(
  picture: Picture,
  toPicture: Similarity,
  mirrored: boolean,
  layout: TensorLayout,
  out: Float32Array,
): void {
  const { width, height, colour, mean, scale } = layout;
  const samples = samplesPerSide(toPicture);
  const plane = width * height;
  const sum = new Float32Array(3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      averageAt(picture, toPicture, x, y, samples, sum);
      const red = sum[0] ?? 0;
      const green = sum[1] ?? 0;
      const blue = sum[2] ?? 0;
      const target = y * width + (mirrored ? width - 1 - x : x);
      if (colour === 'grey') {
        out[target] = (lumaRed * red + lumaGreen * green + lumaBlue * blue - mean) * scale;
      } else {
        out[target] = ((colour === 'rgb' ? red : blue) - mean) * scale;
        out[target + plane] = (green - mean) * scale;
        out[target + 2 * plane] = ((colour === 'rgb' ? blue : red) - mean) * scale;
      }
    }
  }
  sum.fill(0);
}

function samplesPerSide({ a, b }: Similarity): number {
  return Math.min(maxSamplesPerSide, Math.max(1, Math.round(Math.hypot(a, b))));
}

function averageAt(
  picture: Picture,
  { a, b, tx, ty }: Similarity,
  x: number,
  y: number,
  samples: number,
  sum: Float32Array,
): void {
  sum.fill(0);
  const share = 1 / (samples * samples);
  for (let down = 0; down < samples; down += 1) {
    const v = y + (down + 0.5) / samples - 0.5;
    for (let right = 0; right < samples; right += 1) {
      const u = x + (right + 0.5) / samples - 0.5;
      addBilinear(picture, a * u - b * v + tx, b * u + a * v + ty, share, sum);
    }
  }
}

function addBilinear(picture: Picture, x: number, y: number, share: number, sum: Float32Array): void {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const toRight = x - left;
  const toBottom = y - top;
  for (let corner = 0; corner < 4; corner += 1) {
    const column = left + (corner & 1);
    const row = top + (corner >> 1);
    if (column < 0 || row < 0 || column >= picture.width || row >= picture.height) continue;
    const weight = share * (corner & 1 ? toRight : 1 - toRight) * (corner >> 1 ? toBottom : 1 - toBottom);
    const at = (row * picture.width + column) * 3;
    sum[0] = (sum[0] ?? 0) + weight * (picture.rgb[at] ?? 0);
    sum[1] = (sum[1] ?? 0) + weight * (picture.rgb[at + 1] ?? 0);
    sum[2] = (sum[2] ?? 0) + weight * (picture.rgb[at + 2] ?? 0);
  }
}
