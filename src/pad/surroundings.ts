import type { Box, Picture } from '../core/index.js';
import { resampleToTensor } from '../pixels/index.js';

/** The face and what lies around it in grey (0..255), as large as if every face were equally near. */
export interface Surroundings {
  readonly grey: Float32Array;
  readonly width: number;
  readonly height: number;
  /** The face's box in pixels of `grey`. */
  readonly face: Box;
}

/** A face is this wide: a phone's bezel is then one or two pixels, and hair and skin have no lines left. */
const faceWidthPx = 28;
/** How far the crop reaches from the face's centre, in widths to the sides and in heights up and down: as borders.ts looks. */
const reach = { sides: 2.4, up: 0.9, down: 1.05 };

/** Undefined when the crop would be too small to hold anything. The caller wipes `grey`. */
export function surroundingsIn(picture: Picture, box: Box): Surroundings | undefined {
  const scale = faceWidthPx / box.width;
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const left = Math.max(0, centre.x - reach.sides * box.width);
  const right = Math.min(picture.width, centre.x + reach.sides * box.width);
  const top = Math.max(0, centre.y - reach.up * box.height);
  const bottom = Math.min(picture.height, centre.y + reach.down * box.height);
  const width = Math.round((right - left) * scale);
  const height = Math.round((bottom - top) * scale);
  if (!(width >= faceWidthPx && height >= faceWidthPx && height <= longestPx)) return undefined;
  const grey = new Float32Array(width * height);
  const crop = { x: left, y: top, width: right - left, height: bottom - top };
  resampleToTensor(picture, crop, { width, height, colour: 'grey', mean: 0, scale: 1 }, grey);
  const face = {
    x: (box.x - left) * scale,
    y: (box.y - top) * scale,
    width: faceWidthPx,
    height: box.height * scale,
  };
  return { grey, width, height, face };
}

/** No face is seven times as high as it is wide; a box that is would cost memory for nothing. */
const longestPx = 1_000;
