import type { Picture } from '../core/index.js';

/** Mean luminance (0..1) of the cells of a coarse grid, row by row. Far too coarse to hold a face. */
export interface LuminanceGrid {
  readonly cells: Float32Array;
}

export const gridColumns = 16;
export const gridRows = 12;
/** Per cell and direction; enough for a mean, cheap enough to run on every frame. */
const samplesAcross = 8;

/**
 * The only thing computed from frames before a person's own act: how much two pictures differ, as the mean absolute
 * difference of their luminance grids, 0 (same) to 1.
 */
export function frameDifference(a: Picture | LuminanceGrid, b: Picture | LuminanceGrid): number {
  const one = gridOf(a).cells;
  const other = gridOf(b).cells;
  let sum = 0;
  for (let cell = 0; cell < one.length; cell += 1) sum += Math.abs((one[cell] ?? 0) - (other[cell] ?? 0));
  return sum / one.length;
}

/** The coarse grid of a picture; keep this instead of the picture when frames are to be compared. */
export function luminanceGrid(picture: Picture): LuminanceGrid {
  const cells = new Float32Array(gridColumns * gridRows);
  for (let cell = 0; cell < cells.length; cell += 1) {
    cells[cell] = cellLuminance(picture, cell % gridColumns, Math.floor(cell / gridColumns));
  }
  return { cells };
}

function gridOf(value: Picture | LuminanceGrid): LuminanceGrid {
  return 'cells' in value ? value : luminanceGrid(value);
}

function cellLuminance({ width, height, rgb }: Picture, column: number, row: number): number {
  let sum = 0;
  for (let j = 0; j < samplesAcross; j += 1) {
    const y = Math.floor(((row + (j + 0.5) / samplesAcross) * height) / gridRows);
    for (let i = 0; i < samplesAcross; i += 1) {
      const x = Math.floor(((column + (i + 0.5) / samplesAcross) * width) / gridColumns);
      const at = (y * width + x) * 3;
      // ITU-R BT.601 luma weights.
      sum += 0.299 * (rgb[at] ?? 0) + 0.587 * (rgb[at + 1] ?? 0) + 0.114 * (rgb[at + 2] ?? 0);
    }
  }
  return sum / (samplesAcross * samplesAcross * 255);
}
