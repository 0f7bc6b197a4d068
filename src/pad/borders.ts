import type { Surroundings } from './surroundings.js';

/** How complete the best pair of parallel straight lines beside a face is: 0..1, the poorer of the two; 1 has no gap. */
export interface Borders {
  /** Both lines so near that a person's shoulders would hide their lower ends. */
  readonly nearPair: number;
  /** At any distance, the near ones included: behind a person a door or a window can give these too. */
  readonly pair: number;
  /** Whether the crop shows both sides far enough for a pair to be found at all. */
  readonly visible: boolean;
}

/** From above the brows to below the chin, in heights of the face from its box's top. */
const lineTop = -0.3;
const lineBottom = 1.45;
/** Where a border may be, in widths of the face from its centre: beside the head, ... */
const nearest = 0.55;
/** ... where shoulders still are below the chin, ... */
const shoulders = 1.2;
/** ... or round a selfie taken at arm's length. */
const farthest = 2.2;
/** Tilt of a line as x per y: about 18 degrees to either side; neighbours differ by at most a pixel over a line. */
const tilts = Array.from({ length: 17 }, (_, index) => (index - 8) * 0.04);
/** Tilts this many steps apart still count as parallel: nobody holds a phone square to a camera. */
const parallelSteps = 2;
/** An edge is a step of at least this share of the face's luminance over two pixels ... */
const edgeContrast = 0.063;
/** ... of at least so many grey levels, or quantisation in a dim picture would be full of edges, ... */
const leastStep = 2;
/** ... and upright: steeper across than along. */
const uprightRatio = 0.5;

/**
 * Looks for what a phone, a tablet, a screen or a print has and a person has not: a straight line on either side of
 * the face, both parallel, without a gap from above the brows to below the chin. A door frame or window behind a person
 * ends at the shoulders.
 */
export function bordersIn(surroundings: Surroundings, faceLuminance: number): Borders {
  const { width, height, face } = surroundings;
  const top = Math.max(1, Math.ceil(face.y + lineTop * face.height));
  const bottom = Math.min(height - 2, Math.floor(face.y + lineBottom * face.height));
  const centre = face.x + face.width / 2;
  const reachOf = (distance: number) => distance / face.width >= nearest + roomForALine;
  const wideEnough = reachOf(centre) && reachOf(width - centre);
  // Cut off by the picture, but still beyond the chin: a line that is there would show.
  const visible = wideEnough && bottom - top >= leastHeight * face.height;
  if (!visible) return { nearPair: 0, pair: 0, visible };
  const edges = uprightEdges(surroundings, Math.max(leastStep, edgeContrast * faceLuminance * 255));
  const lines = tilts.map((tilt) => bestLines(edges, surroundings, { tilt, top, bottom, centre }));
  edges.fill(0);
  return {
    nearPair: bestPair(lines.map(({ near }) => near)),
    pair: bestPair(lines.map(({ any }) => any)),
    visible,
  };
}

const roomForALine = 0.1;
const leastHeight = 1.15;
const brightening = 1;
const darkening = 2;

/** Per pixel: no upright edge (0), or one within a pixel that brightens (1), darkens (2) to the right, or both (3). */
function uprightEdges({ grey, width, height }: Surroundings, leastGradient: number): Uint8Array {
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

interface Line {
  readonly tilt: number;
  readonly top: number;
  readonly bottom: number;
  readonly centre: number;
}

/** The most complete line of one tilt on either side of the face, near it and at any distance. */
function bestLines(edges: Uint8Array, { width, face }: Surroundings, { tilt, top, bottom, centre }: Line) {
  const near = { left: 0, right: 0 };
  const any = { left: 0, right: 0 };
  const middle = face.y + face.height / 2;
  const lean = Math.ceil(Math.abs(tilt) * Math.max(middle - top, bottom - middle)) + 1;
  for (let x = lean; x < width - lean; x += 1) {
    const distance = Math.abs(x - centre) / face.width;
    if (distance < nearest || distance > farthest) continue;
    const share = shareOf(edges, width, top, bottom, x - tilt * middle, tilt);
    const side = x < centre ? 'left' : 'right';
    any[side] = Math.max(any[side], share);
    if (distance <= shoulders) near[side] = Math.max(near[side], share);
  }
  return { near, any };
}

/** Share of the rows in which the line lies on an edge; the way that most of it goes. */
function shareOf(edges: Uint8Array, width: number, top: number, bottom: number, start: number, tilt: number): number {
  let brighter = 0;
  let darker = 0;
  for (let y = top; y <= bottom; y += 1) {
    const edge = edges[y * width + Math.round(start + tilt * y)] ?? 0;
    brighter += edge & brightening;
    darker += edge >> 1;
  }
  return Math.max(brighter, darker) / (bottom - top + 1);
}

function bestPair(lines: readonly { readonly left: number; readonly right: number }[]): number {
  return Math.max(
    ...lines.map(({ left }, index) => {
      const parallels = lines.slice(Math.max(0, index - parallelSteps), index + parallelSteps + 1);
      return Math.min(left, Math.max(...parallels.map(({ right }) => right)));
    }),
  );
}
