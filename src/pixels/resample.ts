import type { Box, Picture } from '../core/index.js';
import { type AxisTaps, axisTaps } from './taps.js';
import { channelCount, lumaBlue, lumaGreen, lumaRed, type TensorLayout } from './tensor.js';

/** The twin of native/pixels.cpp: the oracle in tests, and what runs where no compiler was. Callers have checked. */
export function resample(picture: Picture, box: Box, gain: number, layout: TensorLayout, out: Float32Array): void {
  const columns = axisTaps(box.x, box.width, layout.width, picture.width);
  const rows = axisTaps(box.y, box.height, layout.height, picture.height);
  const stride = layout.width * channelCount(layout.colour);
  const rowCount = rows.highest - rows.lowest + 1;
  const scratch = scratchOf((rowCount + 1) * stride);
  try {
    const narrowed = scratch.subarray(0, rowCount * stride);
    if (layout.colour === 'grey') narrowToGrey(picture, rows.lowest, columns, narrowed);
    else narrowToColour(picture, rows.lowest, columns, narrowed);
    const line = scratch.subarray(rowCount * stride);
    for (let y = 0; y < layout.height; y += 1) {
      shortenTo(line, y, narrowed, rows, stride);
      writeLine(line, y, layout, gain, out);
    }
  } finally {
    scratch.fill(0);
  }
}

/** Grown when needed and wiped after every use: no allocation per frame and nothing of a face left behind. */
let scratchMemory = new Float32Array(0);

function scratchOf(length: number): Float32Array {
  if (scratchMemory.length < length) scratchMemory = new Float32Array(length);
  return scratchMemory.subarray(0, length);
}

function narrowToColour({ rgb, width }: Picture, lowest: number, columns: AxisTaps, narrowed: Float32Array): void {
  const { starts, perOutput, weights } = columns;
  let target = 0;
  for (let row = lowest * width; target < narrowed.length; row += width) {
    for (let x = 0; x < starts.length; x += 1) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let source = (row + (starts[x] ?? 0)) * 3;
      for (let tap = x * perOutput; tap < (x + 1) * perOutput; tap += 1) {
        const weight = weights[tap] ?? 0;
        red += weight * (rgb[source] ?? 0);
        green += weight * (rgb[source + 1] ?? 0);
        blue += weight * (rgb[source + 2] ?? 0);
        source += 3;
      }
      narrowed[target] = red;
      narrowed[target + 1] = green;
      narrowed[target + 2] = blue;
      target += 3;
    }
  }
}

function narrowToGrey({ rgb, width }: Picture, lowest: number, columns: AxisTaps, narrowed: Float32Array): void {
  const { starts, perOutput, weights } = columns;
  let target = 0;
  for (let row = lowest * width; target < narrowed.length; row += width) {
    for (let x = 0; x < starts.length; x += 1) {
      let sum = 0;
      let source = (row + (starts[x] ?? 0)) * 3;
      for (let tap = x * perOutput; tap < (x + 1) * perOutput; tap += 1) {
        const luma =
          lumaRed * (rgb[source] ?? 0) + lumaGreen * (rgb[source + 1] ?? 0) + lumaBlue * (rgb[source + 2] ?? 0);
        sum += (weights[tap] ?? 0) * luma;
        source += 3;
      }
      narrowed[target] = sum;
      target += 1;
    }
  }
}

/** Whole rows at a time: memory is read in the order in which it lies. */
function shortenTo(line: Float32Array, y: number, narrowed: Float32Array, rows: AxisTaps, stride: number): void {
  line.fill(0);
  const first = (rows.starts[y] ?? 0) - rows.lowest;
  for (let tap = 0; tap < rows.perOutput; tap += 1) {
    const weight = rows.weights[y * rows.perOutput + tap] ?? 0;
    if (weight === 0) continue;
    const start = (first + tap) * stride;
    for (let at = 0; at < stride; at += 1) line[at] = (line[at] ?? 0) + weight * (narrowed[start + at] ?? 0);
  }
}

function writeLine(line: Float32Array, y: number, layout: TensorLayout, gain: number, out: Float32Array): void {
  const { width, height, colour, mean, scale } = layout;
  const channels = channelCount(colour);
  for (let channel = 0; channel < channels; channel += 1) {
    const target = (channel * height + y) * width;
    let source = colour === 'bgr' ? 2 - channel : channel;
    for (let x = 0; x < width; x += 1) {
      out[target + x] = (Math.min(255, (line[source] ?? 0) * gain) - mean) * scale;
      source += channels;
    }
  }
}
