import type { Picture } from '../core/index.js';

/** Overwrites the picture's pixels; whoever holds a picture last calls it. */
export function wipe(picture: Picture): void {
  picture.rgb.fill(0);
}
