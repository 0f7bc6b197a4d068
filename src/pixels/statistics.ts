import type { Box, Picture } from '../core/index.js';
import { lumaBlue, lumaGreen, lumaRed } from './tensor.js';

export interface LuminanceStatistics {
  /** 0..1. */
  readonly mean: number;
  /** Standard deviation, 0..1. */
  readonly deviation: number;
}

/** The twin of native/pixels.cpp: the oracle in tests, and what runs where no compiler was. Callers have checked. */
export function luminance({ rgb, width, height }: Picture, box: Box): LuminanceStatistics {
  const left = Math.max(0, Math.floor(box.x));
  const top = Math.max(0, Math.floor(box.y));
  const right = Math.min(width, Math.ceil(box.x + box.width));
  const bottom = Math.min(height, Math.ceil(box.y + box.height));
  let sum = 0;
  let squares = 0;
  for (let y = top; y < bottom; y += 1) {
    for (let at = (y * width + left) * 3; at < (y * width + right) * 3; at += 3) {
      const luma = lumaRed * (rgb[at] ?? 0) + lumaGreen * (rgb[at + 1] ?? 0) + lumaBlue * (rgb[at + 2] ?? 0);
      sum += luma;
      squares += luma * luma;
    }
  }
  const count = Math.max(1, (right - left) * (bottom - top));
  return spread(sum, squares, count);
}

function spread(sum: number, squares: number, count: number): LuminanceStatistics {
  const mean = sum / count;
  return { mean: mean / 255, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) / 255 };
}

/** As `luminance`. */
export function sharpness(grey: Float32Array, width: number, height: number): number {
  let laplacianSum = 0;
  let laplacianSquares = 0;
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let at = y * width + 1; at < (y + 1) * width - 1; at += 1) {
      const centre = grey[at] ?? 0;
      const around = (grey[at - 1] ?? 0) + (grey[at + 1] ?? 0) + (grey[at - width] ?? 0) + (grey[at + width] ?? 0);
      const laplacian = around - 4 * centre;
      laplacianSum += laplacian;
      laplacianSquares += laplacian * laplacian;
      sum += centre;
      squares += centre * centre;
      count += 1;
    }
  }
  const variance = squares / count - (sum / count) ** 2;
  if (!(variance > 1e-12)) return 0;
  return (laplacianSquares / count - (laplacianSum / count) ** 2) / variance;
}

/** As `luminance`. */
export function noise(grey: Float32Array, width: number, height: number): number {
  const responses = new Float32Array(Math.max(0, (width - 2) * (height - 2)));
  let next = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let at = y * width + 1; at < (y + 1) * width - 1; at += 1) {
      const corners = (grey[at - width - 1] ?? 0) + (grey[at - width + 1] ?? 0) + (grey[at + width - 1] ?? 0);
      const sides = (grey[at - width] ?? 0) + (grey[at - 1] ?? 0) + (grey[at + 1] ?? 0) + (grey[at + width] ?? 0);
      responses[next] = Math.abs(corners + (grey[at + width + 1] ?? 0) - 2 * sides + 4 * (grey[at] ?? 0));
      next += 1;
    }
  }
  const median = responses.sort()[responses.length >> 1] ?? 0;
  responses.fill(0);
  return median / (kernelNorm * medianOfAbsolute);
}

/** Root of the sum of the kernel's squares: what it multiplies white noise by. */
const kernelNorm = 6;
/** Median of the absolute value of a normal variable over its standard deviation. */
const medianOfAbsolute = 0.6745;
