/** Straight lines that are looked for in a grey crop. */
export interface LineSearch {
  /** An edge is a gradient across of more than this, in the crop's unit a pixel ... */
  readonly leastGradient: number;
  /** ... with less than this share of it along. */
  readonly uprightRatio: number;
  /** First and last row of a line: whole numbers inside the crop. */
  readonly top: number;
  readonly bottom: number;
  /** A line's column is where it is in this row (pixels, fractions allowed). */
  readonly middle: number;
  /** Columns a row by which neighbouring tilts differ, and how many there are on either side of upright. */
  readonly tiltStep: number;
  readonly tiltsEachWay: number;
}

const brightening = 1;
const darkening = 2;

/** The twin of native/lines.cpp: the oracle in tests, and what runs where no compiler was. Callers have checked. */
export function uprightLines(
  grey: Float32Array,
  width: number,
  height: number,
  search: LineSearch,
  counts: Float32Array,
): void {
  const edges = uprightEdges(grey, width, height, search);
  const tally = { brighter: new Uint16Array(width), darker: new Uint16Array(width) };
  for (let index = 0; index <= 2 * search.tiltsEachWay; index += 1) {
    const tilt = (index - search.tiltsEachWay) * search.tiltStep;
    countLines(edges, width, tilt, search, tally);
    for (let x = 0; x < width; x += 1) {
      counts[index * width + x] = Math.max(tally.brighter[x] ?? 0, tally.darker[x] ?? 0);
    }
  }
  edges.fill(0);
  tally.brighter.fill(0);
  tally.darker.fill(0);
}

/** Per pixel: no upright edge (0), or one within a pixel that brightens (1), darkens (2) to the right, or both (3). */
function uprightEdges(
  grey: Float32Array,
  width: number,
  height: number,
  { leastGradient, uprightRatio }: LineSearch,
): Uint8Array {
  const gradients = new Float32Array(width * height);
  for (let y = 1; y < height - 1; y += 1) {
    for (let at = y * width + 1; at < (y + 1) * width - 1; at += 1) {
      const north = at - width;
      const south = at + width;
      const northWest = grey[north - 1] ?? 0;
      const northEast = grey[north + 1] ?? 0;
      const southWest = grey[south - 1] ?? 0;
      const southEast = grey[south + 1] ?? 0;
      const diagonal = (southEast - northWest) / 4;
      const other = (northEast - southWest) / 4;
      const across = ((grey[at + 1] ?? 0) - (grey[at - 1] ?? 0)) / 2 + diagonal + other;
      const along = ((grey[south] ?? 0) - (grey[north] ?? 0)) / 2 + diagonal - other;
      const steep = Math.abs(across);
      gradients[at] = steep > leastGradient && Math.abs(along) < uprightRatio * steep ? across : 0;
    }
  }
  const edges = ridgesOf(gradients);
  gradients.fill(0);
  return edges;
}

/** Where the gradient is steeper than beside it, widened by a pixel to both sides. */
function ridgesOf(gradients: Float32Array): Uint8Array {
  const edges = new Uint8Array(gradients.length);
  for (let at = 1; at < gradients.length - 1; at += 1) {
    const gradient = gradients[at] ?? 0;
    const steep = Math.abs(gradient);
    if (steep === 0 || steep < Math.abs(gradients[at - 1] ?? 0) || steep < Math.abs(gradients[at + 1] ?? 0)) continue;
    const way = gradient > 0 ? brightening : darkening;
    for (let near = at - 1; near <= at + 1; near += 1) edges[near] = (edges[near] ?? 0) | way;
  }
  return edges;
}

/** In how many rows each column's line lies on an edge, by the edge's way: row by row, as memory lies. */
function countLines(
  edges: Uint8Array,
  width: number,
  tilt: number,
  { top, bottom, middle }: LineSearch,
  { brighter, darker }: { readonly brighter: Uint16Array; readonly darker: Uint16Array },
): void {
  brighter.fill(0);
  darker.fill(0);
  for (let y = top; y <= bottom; y += 1) {
    const shift = Math.floor(tilt * (y - middle) + 0.5);
    const end = Math.min(width, width - shift);
    for (let x = Math.max(0, -shift); x < end; x += 1) {
      const edge = edges[y * width + x + shift] ?? 0;
      brighter[x] = (brighter[x] ?? 0) + (edge & brightening);
      darker[x] = (darker[x] ?? 0) + (edge >> 1);
    }
  }
}
