/**
 * 8-bit pixels, R,G,B,A interleaved, row-major. Colour is not multiplied by alpha and goes on where alpha is 0, so that
 * edges can be resampled.
 *
 * @typedef {{ width: number, height: number, rgba: Uint8ClampedArray }} Raster
 */

/**
 * Something that is drawn at any size: `anchor` (pixels of the first level) is what a pose puts in its place, `unitPx`
 * the length that a pose scales.
 *
 * @typedef {{ levels: readonly Raster[], anchor: { x: number, y: number }, unitPx: number }} Sprite
 */

/** Where a sprite stands in the frame. @typedef {{ x: number, y: number, unitPx: number, rollDeg: number }} Pose */

/** What frames are painted on: R,G,B interleaved, 0..255. @typedef {{ width: number, height: number, rgb: Float32Array }} Canvas */

/**
 * @param {Raster} raster
 * @param {{ x: number, y: number }} anchor
 * @param {number} unitPx
 * @returns {Sprite}
 */
export function spriteOf(raster, anchor, unitPx) {
  const half = halved(raster);
  return { levels: [raster, half, halved(half)], anchor, unitPx };
}

/**
 * @param {Raster} raster
 * @returns {Raster}
 */
export function halved({ width, height, rgba }) {
  const half = {
    width: width >> 1,
    height: height >> 1,
    rgba: new Uint8ClampedArray((width >> 1) * (height >> 1) * 4),
  };
  for (let y = 0; y < half.height; y += 1) {
    for (let x = 0; x < half.width; x += 1) {
      const above = (2 * y * width + 2 * x) * 4;
      const below = above + width * 4;
      for (let channel = 0; channel < 4; channel += 1) {
        const sum =
          (rgba[above + channel] ?? 0) +
          (rgba[above + 4 + channel] ?? 0) +
          (rgba[below + channel] ?? 0) +
          (rgba[below + 4 + channel] ?? 0);
        half.rgba[(y * half.width + x) * 4 + channel] = sum / 4;
      }
    }
  }
  return half;
}

/**
 * Draws a sprite over the canvas; while the shutter was open it moved from one pose to the other.
 *
 * @param {Canvas} canvas
 * @param {Sprite} sprite
 * @param {Pose} opened
 * @param {Pose} closed
 */
export function draw(canvas, sprite, opened, closed) {
  const level = levelFor(sprite, opened);
  const raster = sprite.levels[level];
  if (!raster) return;
  const start = toSource(sprite, opened, level);
  const end = toSource(sprite, closed, level);
  const { left, top, right, bottom } = boundsOf(canvas, sprite, opened);
  const blurred = Math.hypot(opened.x - closed.x, opened.y - closed.y) > shortestBlurPx;
  const seen = new Float32Array(4);
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      seen.fill(0);
      const weight = blurred ? 0.5 : 1;
      addSample(raster, start, x, y, weight, seen);
      if (blurred) addSample(raster, end, x, y, weight, seen);
      blend(canvas.rgb, (y * canvas.width + x) * 3, seen);
    }
  }
}

/** A shift that no pixel shows is not worth a second look. */
const shortestBlurPx = 0.6;

/**
 * @param {Sprite} sprite
 * @param {Pose} pose
 */
function levelFor({ levels, unitPx }, pose) {
  return Math.max(0, Math.min(levels.length - 1, Math.floor(Math.log2(unitPx / pose.unitPx) + 0.35)));
}

/**
 * The similarity from the frame to one level of the sprite: u = a x - b y + dx, v = b x + a y + dy.
 *
 * @param {Sprite} sprite
 * @param {Pose} pose
 * @param {number} level
 */
function toSource({ anchor, unitPx }, pose, level) {
  const scale = unitPx / pose.unitPx / 2 ** level;
  const roll = (-pose.rollDeg * Math.PI) / 180;
  const a = scale * Math.cos(roll);
  const b = scale * Math.sin(roll);
  return {
    a,
    b,
    dx: anchor.x / 2 ** level - a * pose.x + b * pose.y,
    dy: anchor.y / 2 ** level - b * pose.x - a * pose.y,
  };
}

/**
 * @param {Canvas} canvas
 * @param {Sprite} sprite
 * @param {Pose} pose
 */
function boundsOf(canvas, { levels: [raster], anchor, unitPx }, pose) {
  const scale = pose.unitPx / unitPx;
  const { width, height } = raster ?? { width: 0, height: 0 };
  // Room for the roll and for what moves while the shutter is open.
  const slack = 12 + Math.abs(Math.sin((pose.rollDeg * Math.PI) / 180)) * Math.max(width, height) * scale;
  return {
    left: Math.max(0, Math.floor(pose.x - anchor.x * scale - slack)),
    top: Math.max(0, Math.floor(pose.y - anchor.y * scale - slack)),
    right: Math.min(canvas.width, Math.ceil(pose.x + (width - anchor.x) * scale + slack)),
    bottom: Math.min(canvas.height, Math.ceil(pose.y + (height - anchor.y) * scale + slack)),
  };
}

/**
 * Bilinear; outside the raster there is nothing.
 *
 * @param {Raster} raster
 * @param {ReturnType<typeof toSource>} map
 * @param {number} x
 * @param {number} y
 * @param {number} weight
 * @param {Float32Array} seen colour times alpha, and alpha in 0..1
 */
function addSample({ width, height, rgba }, { a, b, dx, dy }, x, y, weight, seen) {
  const u = a * x - b * y + dx;
  const v = b * x + a * y + dy;
  if (!(u >= 0 && v >= 0 && u < width - 1 && v < height - 1)) return;
  const column = Math.floor(u);
  const row = Math.floor(v);
  const p = u - column;
  const q = v - row;
  const at = (row * width + column) * 4;
  const under = at + width * 4;
  const [w00, w10, w01, w11] = [(1 - p) * (1 - q), p * (1 - q), (1 - p) * q, p * q];
  const mix = (/** @type {number} */ channel) =>
    w00 * (rgba[at + channel] ?? 0) +
    w10 * (rgba[at + 4 + channel] ?? 0) +
    w01 * (rgba[under + channel] ?? 0) +
    w11 * (rgba[under + 4 + channel] ?? 0);
  const alpha = (weight * mix(3)) / 255;
  if (alpha === 0) return;
  seen[0] = (seen[0] ?? 0) + alpha * mix(0);
  seen[1] = (seen[1] ?? 0) + alpha * mix(1);
  seen[2] = (seen[2] ?? 0) + alpha * mix(2);
  seen[3] = (seen[3] ?? 0) + alpha;
}

/**
 * @param {Float32Array} rgb
 * @param {number} at
 * @param {Float32Array} seen
 */
function blend(rgb, at, seen) {
  const left = 1 - (seen[3] ?? 0);
  if (left === 1) return;
  for (let channel = 0; channel < 3; channel += 1) {
    rgb[at + channel] = (rgb[at + channel] ?? 0) * left + (seen[channel] ?? 0);
  }
}
