import { type Box, MenshenError, type Picture } from '../core/index.js';
import type { Similarity } from './similarity.js';
import { channelCount, type TensorLayout } from './tensor.js';
import type { LineSearch } from './upright-lines.js';

// The same limits as in native/pixels_binding.cpp, so that both implementations refuse the same calls.
const maxSidePx = 2 ** 14;
const maxCoordinate = 2 ** 24;
const maxFactor = 1e15;
const maxTiltStep = 16;
const maxTiltsEachWay = 128;

/** Throws MenshenError `internal` unless the pixels are as many as the sides say. */
export function checkPicture({ rgb, width, height }: Picture): void {
  checkSides(width, height, 'picture');
  if (!(rgb instanceof Uint8Array) || rgb.length !== width * height * 3) {
    throw misuse(`a picture of ${width} x ${height} pixels needs as many RGB bytes`);
  }
}

/** Throws MenshenError `internal` unless the box is one: it may lie anywhere and be empty, but not be negative or NaN. */
export function checkBox({ x, y, width, height }: Box): void {
  checkNumbers([x, y, width, height], maxCoordinate, 'box');
  if (width < 0 || height < 0) throw misuse('a box has a negative size');
}

export function checkSimilarity({ a, b, tx, ty }: Similarity): void {
  checkNumbers([a, b, tx, ty], maxCoordinate, 'similarity');
}

/** Throws MenshenError `internal` unless `out` is exactly the tensor of this layout. */
export function checkTensor({ width, height, colour, mean, scale }: TensorLayout, out: Float32Array): void {
  checkSides(width, height, 'tensor');
  checkNumbers([mean, scale], maxFactor, 'tensor’s normalisation');
  checkFloats(out, channelCount(colour) * width * height);
}

export function checkGain(gain: number): void {
  checkNumbers([gain], maxFactor, 'gain');
}

export function checkGrey(grey: Float32Array, width: number, height: number): void {
  checkSides(width, height, 'grey crop');
  checkFloats(grey, width * height);
}

/** Throws MenshenError `internal` unless the rows lie in the crop and `counts` has `width` values for each tilt. */
export function checkLineSearch(search: LineSearch, width: number, height: number, counts: Float32Array): void {
  const { top, bottom, tiltsEachWay } = search;
  checkNumbers([search.leastGradient, search.uprightRatio], maxFactor, 'line search');
  checkNumbers([search.middle], maxCoordinate, 'line search');
  checkNumbers([search.tiltStep], maxTiltStep, 'line search');
  checkWhole(bottom, 0, height - 1);
  checkWhole(top, 0, bottom);
  checkWhole(tiltsEachWay, 0, maxTiltsEachWay);
  checkFloats(counts, (2 * tiltsEachWay + 1) * width);
}

function checkWhole(value: number, least: number, most: number): void {
  if (!(Number.isInteger(value) && value >= least && value <= most)) {
    throw misuse(`a line search has whole numbers of ${least} to ${most}, not ${value}`);
  }
}

function checkSides(width: number, height: number, what: string): void {
  for (const side of [width, height]) {
    if (!(Number.isInteger(side) && side >= 1 && side <= maxSidePx)) {
      throw misuse(`a ${what} has sides of 1 to ${maxSidePx} pixels, not ${width} x ${height}`);
    }
  }
}

function checkNumbers(numbers: readonly number[], most: number, what: string): void {
  // Written so that NaN, which compares false with everything, is refused too.
  for (const number of numbers) {
    if (!(Math.abs(number) <= most)) throw misuse(`the numbers of a ${what} are finite and at most ${most}`);
  }
}

function checkFloats(values: Float32Array, count: number): void {
  if (!(values instanceof Float32Array) || values.length !== count) {
    throw misuse(`a tensor of ${count} float32 values was expected`);
  }
}

function misuse(detail: string): MenshenError {
  return new MenshenError('internal', detail);
}
