/** How a crop becomes a model's input; the model pack declares it, this room obeys it. */

export type TensorColour = 'rgb' | 'bgr' | 'grey';

export interface TensorLayout {
  readonly width: number;
  readonly height: number;
  readonly colour: TensorColour;
  /** An 8-bit value `v` becomes `(v - mean) * scale`. */
  readonly mean: number;
  readonly scale: number;
}

/** What a model pack says about a model's input; `shape` is 1 x channels x height x width. */
export interface DeclaredInput {
  readonly shape: readonly number[];
  readonly colour: TensorColour;
  readonly mean: number;
  readonly scale: number;
}

/** The layout for an input that a model pack declares. */
export function layoutOf(input: DeclaredInput): TensorLayout {
  const [, , height = 0, width = 0] = input.shape;
  return { width, height, colour: input.colour, mean: input.mean, scale: input.scale };
}

export function channelCount(colour: TensorColour): 1 | 3 {
  return colour === 'grey' ? 1 : 3;
}

/** A zeroed tensor of the layout's size: channels x height x width, planar. */
export function emptyTensor(layout: TensorLayout): Float32Array {
  return new Float32Array(channelCount(layout.colour) * layout.height * layout.width);
}

/** BT.601 weights: what the landmark model was trained with and what the eye calls brightness. */
export const lumaRed = 0.299;
export const lumaGreen = 0.587;
export const lumaBlue = 0.114;
