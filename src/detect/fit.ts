import type { Box } from '../core/index.js';
import { channelCount, normalised, type TensorLayout } from '../pixels/index.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** How a picture lies in a detector's input. */
export interface Fit {
  /** What the whole input shows, in pixels of the picture; with a letterbox it reaches beyond the picture. */
  readonly region: Box;
  /** How much of the input the picture fills, in pixels of the input. */
  readonly filled: Size;
}

/** The whole picture, whatever its shape. */
export function stretch({ width, height }: Size, input: Size): Fit {
  return { region: { x: 0, y: 0, width, height }, filled: { width: input.width, height: input.height } };
}

/** The whole picture in its own shape, at the top left; the rest is to be blackened. */
export function letterbox({ width, height }: Size, input: Size): Fit {
  const scale = Math.min(input.width / width, input.height / height);
  return {
    region: { x: 0, y: 0, width: input.width / scale, height: input.height / scale },
    filled: { width: Math.round(width * scale), height: Math.round(height * scale) },
  };
}

/** Black where the picture does not reach; the resampling has smeared its border there. */
export function blackenRest(tensor: Float32Array, layout: TensorLayout, filled: Size): void {
  const { width, height } = layout;
  if (filled.width === width && filled.height === height) return;
  for (let channel = 0; channel < channelCount(layout.colour); channel += 1) {
    const black = normalised(0, channel, layout);
    const plane = tensor.subarray(channel * width * height, (channel + 1) * width * height);
    plane.fill(black, filled.height * width);
    for (let y = 0; y < filled.height; y += 1) plane.fill(black, y * width + filled.width, (y + 1) * width);
  }
}
