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
  return {
    nearPair: bestPair(lines.map(({ near }) => near)),
    pair: bestPair(lines.map(({ any }) => any)),
    visible,
  };
}

const roomForALine = 0.1;
const leastHeight = 1.15;
interface Columns {
  readonly from: number;
  readonly to: number;
}

/** For every tilt the completeness (0..1) of the best line on either side of the face, near it and at any distance. */
function linesIn({ grey, width, height, face }: Surroundings, search: LineSearch, centre: number) {
  const counts = new Float32Array((2 * tiltsEachWay + 1) * width);
  countUprightLines(grey, width, height, search, counts);
  const { top, bottom, middle } = search;
  const rows = bottom - top + 1;
  const leftOf = (inner: number, outer: number) => columnsBetween(centre - outer, centre - inner);
  const rightOf = (inner: number, outer: number) => columnsBetween(centre + inner, centre + outer);
  const near = [nearest * face.width, shoulders * face.width] as const;
  const any = [nearest * face.width, farthest * face.width] as const;
  const lines = Array.from({ length: 2 * tiltsEachWay + 1 }, (_, index) => {
    const ofTilt = counts.subarray(index * width, (index + 1) * width);
    // A line that leaves the crop is none.
    const lean = Math.ceil(Math.abs((index - tiltsEachWay) * tiltStep) * Math.max(middle - top, bottom - middle)) + 1;
    const best = (columns: Columns) => mostIn(ofTilt, columns, lean) / rows;
    return {
      near: { left: best(leftOf(...near)), right: best(rightOf(...near)) },
      any: { left: best(leftOf(...any)), right: best(rightOf(...any)) },
    };
  });
  counts.fill(0);
  return lines;
}

function columnsBetween(least: number, most: number): Columns {
  return { from: Math.ceil(least), to: Math.floor(most) };
}

function mostIn(counts: Float32Array, { from, to }: Columns, lean: number): number {
  let most = 0;
  const end = Math.min(to, counts.length - lean - 1);
  for (let x = Math.max(from, lean); x <= end; x += 1) most = Math.max(most, counts[x] ?? 0);
  return most;
}

function bestPair(lines: readonly { readonly left: number; readonly right: number }[]): number {
  return Math.max(
    ...lines.map(({ left }, index) => {
      const parallels = lines.slice(Math.max(0, index - parallelSteps), index + parallelSteps + 1);
      return Math.min(left, Math.max(...parallels.map(({ right }) => right)));
    }),
  );
}
