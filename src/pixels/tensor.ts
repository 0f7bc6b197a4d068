/** How a crop becomes a model's input; the model pack declares it, this room obeys it. */

export type TensorColour = 'rgb' | 'bgr' | 'grey';

export interface TensorLayout {
  readonly width: number;
  readonly height: number;
  readonly colour: TensorColour;
  /** An 8-bit value `v` becomes `(v - mean) * scale`. */
  readonly mean: number;
  readonly scale: number;
  /** Applied after `mean` and `scale`, plane by plane, where a model normalises its channels differently. */
  readonly perChannel?: readonly ChannelNormalisation[];
}

export interface ChannelNormalisation {
  readonly mean: number;
  readonly scale: number;
}

/** What a model pack says about a model's input; `shape` is 1 x channels x height x width. */
export interface DeclaredInput {
  readonly shape: readonly number[];
  readonly colour: TensorColour;
  /** One number, or one for each channel in the order of `colour`. */
  readonly mean: number | readonly number[];
  readonly scale: number | readonly number[];
}

/** The layout for an input that a model pack declares. */
export function layoutOf({ shape, colour, mean, scale }: DeclaredInput): TensorLayout {
  const [, , height = 0, width = 0] = shape;
  if (typeof mean === 'number' && typeof scale === 'number') return { width, height, colour, mean, scale };
  const perChannel = Array.from({ length: channelCount(colour) }, (_, channel) => ({
    mean: valueFor(mean, channel),
    scale: valueFor(scale, channel),
  }));
  // The kernels then write plain 0..255, so that they need to know one mean and one scale only.
  return { width, height, colour, mean: 0, scale: 1, perChannel };
}

/** What a pixel of this 8-bit value is in a channel of the tensor. */
export function normalised(value: number, channel: number, layout: TensorLayout): number {
  const plain = (value - layout.mean) * layout.scale;
  const own = layout.perChannel?.[channel];
  return own === undefined ? plain : (plain - own.mean) * own.scale;
}

/** Second half of the normalisation, over a tensor that the kernels have written; nothing for most models. */
export function normaliseChannels(tensor: Float32Array, layout: TensorLayout): void {
  const plane = layout.width * layout.height;
  layout.perChannel?.forEach(({ mean, scale }, channel) => {
    for (let at = channel * plane; at < (channel + 1) * plane; at += 1) tensor[at] = ((tensor[at] ?? 0) - mean) * scale;
  });
}

function valueFor(one: number | readonly number[], channel: number): number {
  return typeof one === 'number' ? one : (one[channel] ?? 0);
}

export function channelCount(colour: TensorColour): 1 | 3 {
  return colour === 'grey' ? 1 : 3;
}

/** A zeroed tensor of the layout's size: channels x height x width, planar. */
export function emptyTensor(layout: TensorLayout): Float32Array {
  return new Float32Array(channelCount(layout.colour) * layout.height * layout.width);
}

/** Flips rows of `width` values left to right, in place. */
export function mirror(tensor: Float32Array, width: number): void {
  for (let row = 0; row + width <= tensor.length; row += width) {
    for (let left = row, right = row + width - 1; left < right; left += 1, right -= 1) {
      const value = tensor[left] ?? 0;
      tensor[left] = tensor[right] ?? 0;
      tensor[right] = value;
    }
  }
}

/** BT.601 weights: what the landmark model was trained with and what the eye calls brightness. */
export const lumaRed = 0.299;
export const lumaGreen = 0.587;
export const lumaBlue = 0.114;
