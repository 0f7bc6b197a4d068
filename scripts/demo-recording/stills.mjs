import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { turned } from './cut-out.mjs';
import { castFrom } from './faces.mjs';
import { stills } from './script.mjs';

/** Inter-eye distance and size of a still, as from a reception's camera. */
const unitPx = 80;
const size = { width: 352, height: 420, anchor: { x: 176, y: 185 } };

/**
 * The pictures that people are enrolled from, one JPEG each.
 *
 * @param {string} folder
 * @param {ReadonlyMap<number, import('./faces.mjs').Photograph>} photographs
 */
export async function writeStills(folder, photographs) {
  await mkdir(folder, { recursive: true });
  for (const { who, tiltDeg, ...casting } of stills) {
    const { picture, face } = castFrom(photographs, casting);
    const { width, height, rgba } = turned(picture, face, { ...size, unitPx, tiltDeg });
    await sharp(Buffer.from(rgba.buffer), { raw: { width, height, channels: 4 } })
      .removeAlpha()
      .jpeg({ quality: 92 })
      .toFile(path.join(folder, `${who}.jpg`));
  }
}
