import type { KernelName } from './kernel-name.js';

/** 8-bit RGB, row by row without gaps: 3 x width x height bytes. */
type PictureArguments = [rgb: Uint8Array, width: number, height: number];

/** Pixels of the picture, at most 2^24 in magnitude; sizes not negative. */
type BoxArguments = [x: number, y: number, boxWidth: number, boxHeight: number];

/**
 * A planar float32 tensor of channels x height x width; 8-bit values become `(v - mean) * scale`, by plane. Grey has one
 * plane and uses the first mean and scale only.
 */
type TensorArguments = [
  out: Float32Array,
  width: number,
  height: number,
  colour: 'rgb' | 'bgr' | 'grey',
  mean0: number,
  mean1: number,
  mean2: number,
  scale0: number,
  scale1: number,
  scale2: number,
];

/**
 * The pixel functions of native/pixels_binding.cpp. Each is the twin of one in src/pixels, works in one pass straight
 * into the tensor, and throws TypeError (code MISUSE) for sides beyond 1 to 16,384, arrays of another length than the
 * sizes say, and numbers that are not finite.
 */
export interface PixelFunctions {
  /** `gain` multiplies every 8-bit value, and the result is cut at 255. */
  resample(kernel: KernelName, ...rest: [...PictureArguments, ...BoxArguments, gain: number, ...TensorArguments]): void;
  /** Output pixel (x, y) shows the picture at (a * x - b * y + tx, b * x + a * y + ty). */
  warp(
    kernel: KernelName,
    ...rest: [...PictureArguments, a: number, b: number, tx: number, ty: number, mirrored: boolean, ...TensorArguments]
  ): void;
  /** Flips `rows` rows of `width` values left to right, in place. */
  mirror(kernel: KernelName, tensor: Float32Array, width: number, rows: number): void;
  luminance(
    kernel: KernelName,
    ...rest: [...PictureArguments, ...BoxArguments]
  ): { readonly mean: number; readonly deviation: number };
  sharpness(kernel: KernelName, grey: Float32Array, width: number, height: number): number;
  noise(kernel: KernelName, grey: Float32Array, width: number, height: number): number;
  /** Writes `width` counts for each of 2 x `tiltsEachWay` + 1 tilts into `counts`. */
  uprightLines(
    kernel: KernelName,
    grey: Float32Array,
    width: number,
    height: number,
    leastGradient: number,
    uprightRatio: number,
    top: number,
    bottom: number,
    middle: number,
    tiltStep: number,
    tiltsEachWay: number,
    counts: Float32Array,
  ): void;
}
