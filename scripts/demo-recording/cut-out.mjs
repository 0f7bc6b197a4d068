import { paintMatte } from './matte.mjs';
import { spriteOf } from './raster.mjs';

/** @typedef {import('./faces.mjs').Picture} Picture */
/** @typedef {import('./faces.mjs').LocatedFace} LocatedFace */
/** @typedef {import('./raster.mjs').Raster} Raster */

/**
 * A person cut out of their photograph, head, shoulders and what is below, as a sprite whose unit is the inter-eye
 * distance and whose anchor is the middle of the eyes.
 *
 * @param {Picture} picture
 * @param {LocatedFace} face
 * @param {import('./script.mjs').Casting} casting
 */
export function cutOut(picture, face, { tiltDeg, halfWidth = usualHalfWidth }) {
  const anchor = { x: reach.left * unitPx, y: reach.above * unitPx };
  const size = {
    width: Math.round((reach.left + reach.right) * unitPx),
    height: Math.round((reach.above + reach.below) * unitPx),
  };
  const raster = turned(picture, face, { ...size, anchor, unitPx, tiltDeg });
  expose(raster, anchor);
  paintMatte(raster, anchor, unitPx, halfWidth);
  return spriteOf(raster, anchor, unitPx);
}

/** Inter-eye distance of a cut-out: about the photographs' own, so that nothing is invented by enlarging. */
const unitPx = 80;
/** Of a body seen from the front, in inter-eye distances. */
const usualHalfWidth = 2.6;
/** How far a cut-out reaches from the middle of the eyes, in inter-eye distances. */
const reach = { left: 3.6, right: 3.6, above: 3, below: 13 };

/**
 * The photograph around a face, upright; beyond the photograph's border its last pixels repeat and alpha fades out.
 *
 * @param {Picture} picture
 * @param {LocatedFace} face
 * @param {{ width: number, height: number, anchor: { x: number, y: number }, unitPx: number, tiltDeg: number }} wanted
 * @returns {Raster}
 */
export function turned(picture, { points: { leftEye, rightEye } }, wanted) {
  const scale = Math.hypot(rightEye.x - leftEye.x, rightEye.y - leftEye.y) / wanted.unitPx;
  const tilt = (wanted.tiltDeg * Math.PI) / 180;
  const [a, b] = [scale * Math.cos(tilt), scale * Math.sin(tilt)];
  const middle = { x: (leftEye.x + rightEye.x) / 2, y: (leftEye.y + rightEye.y) / 2 };
  const rgba = new Uint8ClampedArray(wanted.width * wanted.height * 4);
  for (let y = 0; y < wanted.height; y += 1) {
    for (let x = 0; x < wanted.width; x += 1) {
      const [right, down] = [x - wanted.anchor.x, y - wanted.anchor.y];
      const u = middle.x + a * right - b * down;
      const v = middle.y + b * right + a * down;
      samplePicture(picture, u, v, rgba, (y * wanted.width + x) * 4);
      rgba[(y * wanted.width + x) * 4 + 3] =
        255 * Math.min(1, Math.max(0, insideBy(picture, u, v) / (0.6 * wanted.unitPx)));
    }
  }
  return { width: wanted.width, height: wanted.height, rgba };
}

/**
 * @param {Picture} picture
 * @param {number} u
 * @param {number} v
 */
function insideBy({ width, height }, u, v) {
  return Math.min(u, v, width - 1 - u, height - 1 - v);
}

/**
 * @param {Picture} picture
 * @param {number} u
 * @param {number} v
 * @param {Uint8ClampedArray} out
 * @param {number} target
 */
function samplePicture({ width, height, rgb }, u, v, out, target) {
  const x = Math.max(0, Math.min(width - 2, Math.floor(u)));
  const y = Math.max(0, Math.min(height - 2, Math.floor(v)));
  const [p, q] = [Math.max(0, Math.min(1, u - x)), Math.max(0, Math.min(1, v - y))];
  const at = (y * width + x) * 3;
  const below = at + width * 3;
  for (let channel = 0; channel < 3; channel += 1) {
    const upper = (rgb[at + channel] ?? 0) * (1 - p) + (rgb[at + 3 + channel] ?? 0) * p;
    const lower = (rgb[below + channel] ?? 0) * (1 - p) + (rgb[below + 3 + channel] ?? 0) * p;
    out[target + channel] = upper * (1 - q) + lower * q;
  }
}

/**
 * One camera sees everybody: its exposure brings the faces of differently lit photographs near each other.
 *
 * @param {Raster} raster
 * @param {{ x: number, y: number }} anchor
 */
function expose({ width, rgba }, anchor) {
  let sum = 0;
  let count = 0;
  for (let y = Math.round(anchor.y - unitPx / 2); y < anchor.y + 1.4 * unitPx; y += 1) {
    for (let x = Math.round(anchor.x - unitPx); x < anchor.x + unitPx; x += 1) {
      const at = (y * width + x) * 4;
      sum += 0.3 * (rgba[at] ?? 0) + 0.6 * (rgba[at + 1] ?? 0) + 0.1 * (rgba[at + 2] ?? 0);
      count += 1;
    }
  }
  const gain = Math.max(0.8, Math.min(1.4, (wantedLuminance * 255 * count) / sum));
  for (let at = 0; at < rgba.length; at += 1) if (at % 4 !== 3) rgba[at] = (rgba[at] ?? 0) * gain;
}

const wantedLuminance = 0.52;
