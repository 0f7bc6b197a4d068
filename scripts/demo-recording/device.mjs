import { turned } from './cut-out.mjs';
import { spriteOf } from './raster.mjs';
import { rasterOf } from './vector.mjs';

/**
 * A presentation attack instrument: a person's photograph on the screen of a telephone in somebody's hand.
 *
 * @param {import('./faces.mjs').Picture} picture
 * @param {import('./faces.mjs').LocatedFace} face
 * @param {number} tiltDeg
 */
export async function paintDevice(picture, face, tiltDeg) {
  const anchor = { x: screen.width / 2, y: screen.height * 0.4 };
  const shown = turned(picture, face, { width: screen.width, height: screen.height, anchor, unitPx, tiltDeg });
  glow(shown);
  const raster = await rasterOf(bodySvg(), 1.2);
  lay(raster, shown, screen);
  lay(raster, await rasterOf(reflectionSvg()), { x: 0, y: 0 });
  return spriteOf(raster, { x: screen.x + anchor.x, y: screen.y + anchor.y }, unitPx);
}

const unitPx = 80;
const body = { width: 520, height: 760 };
const screen = { x: 62, y: 60, width: 336, height: 560 };

/**
 * What a screen does to a photograph in front of a camera: black is lit, white is blue, and the two grids of pixels beat.
 *
 * @param {import('./raster.mjs').Raster} raster
 */
function glow({ width, height, rgba }) {
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const beat =
        Math.sin((2 * Math.PI * (x + 0.012 * y * y * 0.1)) / 9) * Math.sin((2 * Math.PI * (y - 0.15 * x)) / 13);
      const gain = 0.68 * (1 + 0.05 * beat);
      const at = (y * width + x) * 4;
      rgba[at] = 30 + gain * 0.9 * (rgba[at] ?? 0);
      rgba[at + 1] = 34 + gain * 0.98 * (rgba[at + 1] ?? 0);
      rgba[at + 2] = 46 + gain * 1.14 * (rgba[at + 2] ?? 0);
      rgba[at + 3] = 255;
    }
  }
}

/**
 * @param {import('./raster.mjs').Raster} under
 * @param {import('./raster.mjs').Raster} over
 * @param {{ x: number, y: number }} corner of `under` where the other's first pixel lies
 */
function lay(under, over, corner) {
  for (let y = 0; y < over.height; y += 1) {
    for (let x = 0; x < over.width; x += 1) {
      const from = (y * over.width + x) * 4;
      const to = ((y + corner.y) * under.width + x + corner.x) * 4;
      const alpha = (over.rgba[from + 3] ?? 0) / 255;
      for (let channel = 0; channel < 3; channel += 1) {
        const [below, above] = [under.rgba[to + channel] ?? 0, over.rgba[from + channel] ?? 0];
        under.rgba[to + channel] = below + alpha * (above - below);
      }
      under.rgba[to + 3] = Math.max(under.rgba[to + 3] ?? 0, over.rgba[from + 3] ?? 0);
    }
  }
}

/** The telephone, and the hand that holds it from below. */
function bodySvg() {
  const { x, y, width, height } = screen;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${body.width}" height="${body.height}">
    <defs><linearGradient id="skin" x2="1"><stop offset="0" stop-color="#b98467"/><stop offset="1" stop-color="#8a5b45"/></linearGradient></defs>
    <path d="M90 760 Q70 640 150 600 L360 600 Q440 650 420 760z" fill="url(#skin)"/>
    <rect x="${x - 16}" y="${y - 42}" width="${width + 32}" height="${height + 88}" rx="34" fill="#17181b"/>
    <rect x="${x - 16}" y="${y - 42}" width="${width + 32}" height="${height + 88}" rx="34" fill="none" stroke="#565a61" stroke-width="4"/>
    <rect x="${x + width / 2 - 30}" y="${y - 26}" width="60" height="8" rx="4" fill="#2d3036"/>
    <path d="M${x + width + 40} 760 Q${x + width + 60} 560 ${x + width + 34} 470 Q${x + width + 18} 430 ${x + width - 4} 462 Q${x + width + 4} 560 ${x + width - 20} 640 L${x + width - 30} 760z" fill="url(#skin)"/>
    ${[250, 330, 410, 490].map((top) => `<rect x="${x - 42}" y="${top}" width="44" height="62" rx="22" fill="url(#skin)"/>`).join('')}
  </svg>`;
}

/** The lobby's lamps on the glass. */
function reflectionSvg() {
  const { x, y, width, height } = screen;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${body.width}" height="${body.height}">
    <defs>
      <linearGradient id="sheen" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#fff" stop-opacity="0.34"/><stop offset="0.38" stop-color="#fff" stop-opacity="0.06"/><stop offset="0.62" stop-color="#fff" stop-opacity="0.02"/><stop offset="1" stop-color="#fff" stop-opacity="0.16"/></linearGradient>
      <radialGradient id="lamp"><stop offset="0" stop-color="#fff" stop-opacity="0.7"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>
    </defs>
    <rect x="${x}" y="${y}" width="${width}" height="${height}" fill="url(#sheen)"/>
    <ellipse cx="${x + width * 0.78}" cy="${y + height * 0.14}" rx="70" ry="46" fill="url(#lamp)"/>
    <ellipse cx="${x + width * 0.2}" cy="${y + height * 0.8}" rx="46" ry="70" fill="url(#lamp)"/>
  </svg>`;
}
