import { type Implementation, type NativePixels, nativePixels } from '../addon/index.js';
import type { Box, Picture } from '../core/index.js';
import {
  checkBox,
  checkGain,
  checkGrey,
  checkLineSearch,
  checkPicture,
  checkSimilarity,
  checkTensor,
} from './checks.js';
import { resample } from './resample.js';
import type { Similarity } from './similarity.js';
import { type LuminanceStatistics, luminance, noise, sharpness } from './statistics.js';
import { mirror, type TensorLayout } from './tensor.js';
import { type LineSearch, uprightLines } from './upright-lines.js';
import { warp } from './warp.js';

export interface ResampleOptions {
  /** Multiplies every 8-bit value before normalisation; the result is cut at 255 as a brighter exposure would be. */
  readonly gain?: number;
}

/**
 * What is done with a frame's pixels on their way to a model. Every call throws MenshenError `internal` for buffers of
 * another length than the sizes say, sides beyond 1 to 16,384, and numbers that are not finite.
 */
export interface PixelKernels {
  /**
   * Resamples `box` of the picture (pixels, fractions allowed; beyond the border the last pixels repeat) into a tensor.
   *
   * Bilinear when enlarging; when shrinking, the triangle widens with the ratio, so that no source pixel is skipped.
   * Writes channels x height x width values of `layout`, planar, into `out`.
   */
  resampleToTensor(
    picture: Picture,
    box: Box,
    layout: TensorLayout,
    out: Float32Array,
    options?: ResampleOptions,
  ): void;
  /**
   * Warps the picture into a planar tensor: output pixel (x, y) shows the picture at `toPicture(x, y)`.
   *
   * Bilinear; where the picture is larger than the output, each output pixel averages a grid of samples. Beyond the
   * border is black. With `mirrored`, the output is flipped left to right.
   */
  warpToTensor(
    picture: Picture,
    toPicture: Similarity,
    layout: TensorLayout,
    out: Float32Array,
    mirrored?: boolean,
  ): void;
  /** Flips a tensor left to right, in place. */
  mirrorTensor(tensor: Float32Array, layout: TensorLayout): void;
  /** Mean and spread of the luminance inside `box`, as far as it lies inside the picture; 0 where it does not. */
  luminanceOf(picture: Picture, box: Box): LuminanceStatistics;
  /**
   * Sharpness of a grey crop (row-major, any unit): the variance of its Laplacian over its own variance, so that neither
   * exposure nor contrast counts. About 0 for a blurred crop; 0 for a flat one.
   */
  sharpnessOf(grey: Float32Array, width: number, height: number): number;
  /**
   * Standard deviation of the noise in a grey crop (row-major; the result is in the crop's unit), after Immerkaer, "Fast
   * noise variance estimation" (1996): a kernel that planes and straight edges leave at 0. Its median instead of its
   * mean, so that eyes and brows do not count as noise. 0 for a crop without an inside.
   */
  noiseOf(grey: Float32Array, width: number, height: number): number;
  /**
   * Counts for every tilt and every column in how many rows a straight line lies on an upright edge: `width` counts for
   * the leftmost tilt first, 2 x `tiltsEachWay` + 1 tilts. Rows in which a line is outside the crop count as no edge.
   */
  countUprightLines(grey: Float32Array, width: number, height: number, search: LineSearch, counts: Float32Array): void;
}

/**
 * The kernels of one implementation; left out, native ones where there are any. `addonStatus` says which that is.
 *
 * @throws MenshenError `addon-unavailable` when an implementation is asked for that this machine does not have.
 */
export function openPixelKernels(implementation?: Implementation | 'native'): PixelKernels {
  const native = nativePixels(implementation);
  return checked(native ? nativeKernels(native) : typescriptKernels);
}

export const resampleToTensor: PixelKernels['resampleToTensor'] = (...call) => chosen().resampleToTensor(...call);
export const warpToTensor: PixelKernels['warpToTensor'] = (...call) => chosen().warpToTensor(...call);
export const mirrorTensor: PixelKernels['mirrorTensor'] = (...call) => chosen().mirrorTensor(...call);
export const luminanceOf: PixelKernels['luminanceOf'] = (...call) => chosen().luminanceOf(...call);
export const sharpnessOf: PixelKernels['sharpnessOf'] = (...call) => chosen().sharpnessOf(...call);
export const noiseOf: PixelKernels['noiseOf'] = (...call) => chosen().noiseOf(...call);
export const countUprightLines: PixelKernels['countUprightLines'] = (...call) => chosen().countUprightLines(...call);

let chosenOnce: PixelKernels | undefined;

function chosen(): PixelKernels {
  chosenOnce ??= openPixelKernels();
  return chosenOnce;
}

/** What is left to do after the checks, with every option given. */
interface UncheckedKernels {
  resample(picture: Picture, box: Box, gain: number, layout: TensorLayout, out: Float32Array): void;
  warp(picture: Picture, toPicture: Similarity, mirrored: boolean, layout: TensorLayout, out: Float32Array): void;
  mirror(tensor: Float32Array, width: number): void;
  luminance(picture: Picture, box: Box): LuminanceStatistics;
  sharpness(grey: Float32Array, width: number, height: number): number;
  noise(grey: Float32Array, width: number, height: number): number;
  uprightLines(grey: Float32Array, width: number, height: number, search: LineSearch, counts: Float32Array): void;
}

const typescriptKernels: UncheckedKernels = { resample, warp, mirror, luminance, sharpness, noise, uprightLines };

function nativeKernels(native: NativePixels): UncheckedKernels {
  return {
    resample: ({ rgb, width, height }, box, gain, layout, out) =>
      native.resample(rgb, width, height, box.x, box.y, box.width, box.height, gain, out, ...layoutNumbers(layout)),
    warp: ({ rgb, width, height }, { a, b, tx, ty }, mirrored, layout, out) =>
      native.warp(rgb, width, height, a, b, tx, ty, mirrored, out, ...layoutNumbers(layout)),
    mirror: (tensor, width) => native.mirror(tensor, width, tensor.length / width),
    luminance: ({ rgb, width, height }, box) =>
      native.luminance(rgb, width, height, box.x, box.y, box.width, box.height),
    sharpness: native.sharpness,
    noise: native.noise,
    uprightLines: (grey, width, height, search, counts) => {
      const { leastGradient, uprightRatio, top, bottom, middle, tiltStep, tiltsEachWay } = search;
      const edge = [leastGradient, uprightRatio] as const;
      native.uprightLines(grey, width, height, ...edge, top, bottom, middle, tiltStep, tiltsEachWay, counts);
    },
  };
}

function layoutNumbers({ width, height, colour, mean, scale }: TensorLayout) {
  return [width, height, colour, mean, mean, mean, scale, scale, scale] as const;
}

function checked(kernels: UncheckedKernels): PixelKernels {
  return {
    resampleToTensor(picture, box, layout, out, { gain = 1 } = {}) {
      checkPicture(picture);
      checkBox(box);
      checkGain(gain);
      checkTensor(layout, out);
      kernels.resample(picture, box, gain, layout, out);
    },
    warpToTensor(picture, toPicture, layout, out, mirrored = false) {
      checkPicture(picture);
      checkSimilarity(toPicture);
      checkTensor(layout, out);
      kernels.warp(picture, toPicture, mirrored, layout, out);
    },
    mirrorTensor(tensor, layout) {
      checkTensor(layout, tensor);
      kernels.mirror(tensor, layout.width);
    },
    luminanceOf(picture, box) {
      checkPicture(picture);
      checkBox(box);
      return kernels.luminance(picture, box);
    },
    sharpnessOf(grey, width, height) {
      checkGrey(grey, width, height);
      return kernels.sharpness(grey, width, height);
    },
    noiseOf(grey, width, height) {
      checkGrey(grey, width, height);
      return kernels.noise(grey, width, height);
    },
    countUprightLines(grey, width, height, search, counts) {
      checkGrey(grey, width, height);
      checkLineSearch(search, width, height, counts);
      kernels.uprightLines(grey, width, height, search, counts);
    },
  };
}
