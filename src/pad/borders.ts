import { countUprightLines, type LineSearch } from '../pixels/index.js';
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
const tiltStep = 0.04;
const tiltsEachWay = 8;
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
  const search = {
    leastGradient: Math.max(leastStep, edgeContrast * faceLuminance * 255),
    ...{ uprightRatio, tiltStep, tiltsEachWay },
    ...{ top, bottom, middle: face.y + face.height / 2 },
  };
  const lines = linesIn(surroundings, search, centre);
  return { nearPair: bestPair(lines.near), pair: bestPair(lines.any), visible };
}

const roomForALine = 0.1;
const leastHeight = 1.15;
/** For every tilt, leftmost first, the completeness (0..1) of the best line on either side of the face. */
interface Lines {
  readonly left: Float32Array;
  readonly right: Float32Array;
}

const tilts = 2 * tiltsEachWay + 1;

/** The lines near the face, and those at any distance, the near ones included. */
function linesIn(surroundings: Surroundings, search: LineSearch, centre: number) {
  const { grey, width, height } = surroundings;
  const counts = new Float32Array(tilts * width);
  countUprightLines(grey, width, height, search, counts);
  const upTo = (reach: number) => linesUpTo(reach, counts, surroundings, search, centre);
  const lines = { near: upTo(shoulders), any: upTo(farthest) };
  counts.fill(0);
  return lines;
}

/** @param reach how far from the face's centre, in its widths. */
function linesUpTo(
  reach: number,
  counts: Float32Array,
  { width, face }: Surroundings,
  { top, bottom, middle }: LineSearch,
  centre: number,
): Lines {
  const lines = { left: new Float32Array(tilts), right: new Float32Array(tilts) };
  const [inner, outer] = [nearest * face.width, reach * face.width];
  const longest = Math.max(middle - top, bottom - middle);
  const rows = bottom - top + 1;
  for (let tilt = 0; tilt < tilts; tilt += 1) {
    // A line that leaves the crop is none.
    const lean = Math.ceil(Math.abs((tilt - tiltsEachWay) * tiltStep) * longest) + 1;
    const [start, first, last] = [tilt * width, tilt * width + lean, (tilt + 1) * width - lean - 1];
    const most = (from: number, to: number) =>
      mostOf(counts, Math.max(first, start + Math.ceil(from)), Math.min(last, start + Math.floor(to)));
    lines.left[tilt] = most(centre - outer, centre - inner) / rows;
    lines.right[tilt] = most(centre + inner, centre + outer) / rows;
  }
  return lines;
}

function mostOf(counts: Float32Array, from: number, to: number): number {
  let most = 0;
  for (let index = from; index <= to; index += 1) most = Math.max(most, counts[index] ?? 0);
  return most;
}

function bestPair({ left, right }: Lines): number {
  let best = 0;
  for (let tilt = 0; tilt < tilts; tilt += 1) {
    const parallel = mostOf(right, tilt - parallelSteps, tilt + parallelSteps);
    best = Math.max(best, Math.min(left[tilt] ?? 0, parallel));
  }
  return best;
}
