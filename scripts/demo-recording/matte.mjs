/**
 * Which part of a cut-out is the person: there is no segmentation model in the pack, so a head-and-shoulders shape says
 * roughly where, and the colours inside and outside it, smoothed along the picture's own edges, say precisely.
 */

/** @typedef {{ width: number, height: number, values: Float32Array }} Plane */

/**
 * Writes the person's alpha, 0..255, into the raster.
 *
 * @param {import('./raster.mjs').Raster} raster
 * @param {{ x: number, y: number }} anchor middle of the eyes
 * @param {number} unitPx inter-eye distance
 * @param {number} halfWidth of the body, in inter-eye distances
 */
export function paintMatte(raster, anchor, unitPx, halfWidth) {
  const step = 2;
  const small = { width: Math.floor(raster.width / step), height: Math.floor(raster.height / step) };
  const shape = planeOf(small, (x, y) =>
    shapeAt((x * step - anchor.x) / unitPx, (y * step - anchor.y) / unitPx, halfWidth),
  );
  const colours = colourModel(raster, shape, step);
  const rough = planeOf(small, (x, y) => {
    const prior = shape.values[y * small.width + x] ?? 0;
    if (prior <= 0 || prior >= 1) return prior;
    const foreground = colours(x, y);
    const odds = (prior / (1 - prior)) * (foreground / (1 - foreground));
    return odds / (1 + odds);
  });
  const grey = planeOf(small, (x, y) => greyAt(raster, x * step, y * step));
  const fine = alongEdges(rough, grey);
  for (let y = 0; y < raster.height; y += 1) {
    for (let x = 0; x < raster.width; x += 1) {
      const at = (y * raster.width + x) * 4 + 3;
      raster.rgba[at] = (raster.rgba[at] ?? 0) * smoothstep(0.08, 0.92, sampleAt(fine, x / step, y / step));
    }
  }
}

/**
 * 1 surely the person, 0 surely not; x and y in inter-eye distances from the middle of the eyes.
 *
 * @param {number} x
 * @param {number} y
 * @param {number} halfWidth
 */
function shapeAt(x, y, halfWidth) {
  const head = (Math.hypot(x / 1.38, (y - 0.35) / 2) - 1) * 1.5;
  const shoulders = Math.abs(x) - (0.7 + (halfWidth - 0.7) * smoothstep(1.6, 3.6, y));
  const body = y > 1.4 ? shoulders : Number.POSITIVE_INFINITY;
  return 1 - smoothstep(-0.15, 0.6, Math.min(head, body));
}

/**
 * Likelihood that a colour belongs to the person, from histograms of what surely does and what surely does not.
 *
 * @param {import('./raster.mjs').Raster} raster
 * @param {Plane} shape
 * @param {number} step
 * @returns {(x: number, y: number) => number}
 */
function colourModel({ width, rgba }, shape, step) {
  const inside = new Float32Array(bins ** 3).fill(0.5);
  const outside = new Float32Array(bins ** 3).fill(0.5);
  const binAt = (/** @type {number} */ x, /** @type {number} */ y) => {
    const at = (y * step * width + x * step) * 4;
    const [red = 0, green = 0, blue = 0] = rgba.subarray(at, at + 3);
    return ((red >> 4) * bins + (green >> 4)) * bins + (blue >> 4);
  };
  for (let y = 0; y < shape.height; y += 1) {
    for (let x = 0; x < shape.width; x += 1) {
      const prior = shape.values[y * shape.width + x] ?? 0;
      const bin = binAt(x, y);
      if (prior >= 0.95) inside[bin] = (inside[bin] ?? 0) + 1;
      else if (prior <= 0.02) outside[bin] = (outside[bin] ?? 0) + 1;
    }
  }
  const ratio = sumOf(outside) / sumOf(inside);
  return (x, y) => {
    const bin = binAt(x, y);
    const person = (inside[bin] ?? 0) * ratio;
    const likelihood = person / (person + (outside[bin] ?? 0));
    return Math.max(0.2, Math.min(0.9, likelihood));
  };
}

/** Per channel of the colour histograms. */
const bins = 16;

/**
 * The guided filter: within each window the result is a linear function of the picture, so it has the picture's edges.
 *
 * @param {Plane} rough
 * @param {Plane} guide 0..1
 * @returns {Plane}
 */
function alongEdges(rough, guide) {
  const radius = 7;
  const smoothness = 6e-4;
  const at = (/** @type {Plane} */ plane, /** @type {number} */ index) => plane.values[index] ?? 0;
  const both = (/** @type {(index: number) => number} */ value) => planeOf(rough, (x, y) => value(y * rough.width + x));
  const meanGuide = boxMean(guide, radius);
  const meanRough = boxMean(rough, radius);
  const meanProduct = boxMean(
    both((index) => at(guide, index) * at(rough, index)),
    radius,
  );
  const meanSquare = boxMean(
    both((index) => at(guide, index) ** 2),
    radius,
  );
  const slope = both((index) => {
    const covariance = at(meanProduct, index) - at(meanGuide, index) * at(meanRough, index);
    return covariance / (at(meanSquare, index) - at(meanGuide, index) ** 2 + smoothness);
  });
  const offset = both((index) => at(meanRough, index) - at(slope, index) * at(meanGuide, index));
  const meanSlope = boxMean(slope, radius);
  const meanOffset = boxMean(offset, radius);
  return both((index) => at(meanSlope, index) * at(guide, index) + at(meanOffset, index));
}

/**
 * Mean over a square window, cut off at the borders.
 *
 * @param {Plane} plane
 * @param {number} radius
 * @returns {Plane}
 */
function boxMean({ width, height, values }, radius) {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += values[y * width + x] ?? 0;
      sums[(y + 1) * (width + 1) + x + 1] = (sums[y * (width + 1) + x + 1] ?? 0) + row;
    }
  }
  const sumTo = (/** @type {number} */ x, /** @type {number} */ y) => sums[y * (width + 1) + x] ?? 0;
  return planeOf({ width, height }, (x, y) => {
    const [left, top] = [Math.max(0, x - radius), Math.max(0, y - radius)];
    const [right, bottom] = [Math.min(width, x + radius + 1), Math.min(height, y + radius + 1)];
    const sum = sumTo(right, bottom) - sumTo(left, bottom) - sumTo(right, top) + sumTo(left, top);
    return sum / ((right - left) * (bottom - top));
  });
}

/**
 * @param {{ width: number, height: number }} size
 * @param {(x: number, y: number) => number} valueAt
 * @returns {Plane}
 */
function planeOf({ width, height }, valueAt) {
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) values[y * width + x] = valueAt(x, y);
  return { width, height, values };
}

/**
 * @param {Plane} plane
 * @param {number} u
 * @param {number} v
 */
function sampleAt({ width, height, values }, u, v) {
  const x = Math.min(width - 2, Math.floor(u));
  const y = Math.min(height - 2, Math.floor(v));
  const [p, q] = [Math.min(1, u - x), Math.min(1, v - y)];
  const at = y * width + x;
  const above = (values[at] ?? 0) * (1 - p) + (values[at + 1] ?? 0) * p;
  const below = (values[at + width] ?? 0) * (1 - p) + (values[at + width + 1] ?? 0) * p;
  return above * (1 - q) + below * q;
}

/**
 * @param {import('./raster.mjs').Raster} raster
 * @param {number} x
 * @param {number} y
 */
function greyAt({ width, rgba }, x, y) {
  const at = (y * width + x) * 4;
  return (0.3 * (rgba[at] ?? 0) + 0.6 * (rgba[at + 1] ?? 0) + 0.1 * (rgba[at + 2] ?? 0)) / 255;
}

/** @param {Float32Array} values */
function sumOf(values) {
  return values.reduce((sum, value) => sum + value, 0);
}

/**
 * @param {number} from
 * @param {number} to
 * @param {number} value
 */
function smoothstep(from, to, value) {
  const share = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return share * share * (3 - 2 * share);
}
