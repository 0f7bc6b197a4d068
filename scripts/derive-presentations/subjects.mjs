import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { cutOut } from '../demo-recording/cut-out.mjs';
import { modelledFaces } from './faces.mjs';

/**
 * A bona fide presentation, as somebody who attacks with it would have it.
 *
 * @typedef {object} Showing
 * @property {string} source what a screen plays; for a still the still itself, upright
 * @property {boolean} still
 * @property {string} work a folder for what is made on the way
 * @property {string} photograph a PNG around the face, 3:4, for paper
 * @property {string} cutOut a PNG of head and shoulders with nothing round them
 */

/** Seconds into a recording at which a photograph is looked for. */
const moments = [1, 2, 3, 5, 8, 12, 0];

/**
 * @param {{ root: string, source: string, still: boolean, work: string, maker: import('./run-ffmpeg.mjs').Maker }} of
 * @returns {Promise<Showing>}
 */
export async function showingOf({ root, source, still, work, maker }) {
  const inWork = (/** @type {string} */ name) => path.join(work, `${path.basename(source)}-${name}.png`);
  const frame = inWork('frame');
  for (const seconds of still ? [0] : moments) {
    if (still)
      await sharp(await readFile(source))
        .rotate()
        .png()
        .toFile(frame);
    else await maker.frameOf(source, seconds, frame);
    // Past a recording's end there is none.
    if (!existsSync(frame)) continue;
    const encoded = await readFile(frame);
    const found = await modelledFaces(root, encoded);
    const [face, ...others] = found.faces;
    if (face === undefined || others.length > 0) continue;
    const { leftEye, rightEye } = face.points;
    const tiltDeg = (Math.atan2(rightEye.y - leftEye.y, rightEye.x - leftEye.x) * 180) / Math.PI;
    const [raster] = cutOut(found.picture, face, { sample: 0, fromLeft: 0, tiltDeg }).levels;
    if (raster === undefined) break;
    const { width, height, rgba } = raster;
    // Scissors leave no soft edge.
    for (let at = 3; at < rgba.length; at += 4) rgba[at] = (rgba[at] ?? 0) < 128 ? 0 : 255;
    const cut = inWork('cut-out');
    await sharp(Buffer.from(rgba.buffer), { raw: { width, height, channels: 4 } })
      // Down to the breast: nobody cuts out their knees.
      .extract({ left: 0, top: 0, width, height: Math.min(height, Math.round(1.2 * width)) })
      .png()
      .toFile(cut);
    const photograph = inWork('photograph');
    await sharp(encoded).extract(around(found.picture, face.box)).png().toFile(photograph);
    return { source: still ? frame : source, still, work, photograph, cutOut: cut };
  }
  throw new Error(`${source} shows no face that is alone in the picture: nothing can be made of it.`);
}

/** A portrait's width and height over the face's, and where its face is. */
const portrait = { width: 2.6, aspect: 4 / 3, eyeLine: 0.42 };

/**
 * @param {{ width: number, height: number }} picture
 * @param {{ x: number, y: number, width: number, height: number }} box
 */
function around({ width, height }, box) {
  const wide = Math.floor(Math.min(portrait.width * box.width, width, height / portrait.aspect));
  const high = Math.floor(wide * portrait.aspect);
  const within = (/** @type {number} */ at, /** @type {number} */ most) => Math.round(Math.max(0, Math.min(most, at)));
  return {
    left: within(box.x + box.width / 2 - wide / 2, width - wide),
    top: within(box.y + box.height / 2 - high * portrait.eyeLine, height - high),
    width: wide,
    height: high,
  };
}
