/** What simulated attacks are staged with, as PNG files in a folder for the run. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { gaussianTable, seededRandom } from '../demo-recording/random.mjs';
import { paintLobby } from '../demo-recording/scenery.mjs';
import { rasterOf } from '../demo-recording/vector.mjs';

/** @typedef {{ width: number, height: number }} Size */

/**
 * @param {string} work
 * @param {Size} size
 */
export async function roomOf(work, size) {
  const lobby = Uint8Array.from(await paintLobby(size));
  return written(work, `room-${size.width}`, sharp(lobby, { raw: { ...size, channels: 3 } }));
}

/**
 * A device with a hand below it, in the middle of an empty picture, and what its glass reflects.
 *
 * @param {string} work
 * @param {Size & { body: [number, number], screen: [number, number] }} device
 * @returns {Promise<{ body: string, glare: string }>}
 */
export async function bodyOf(work, { width, height, body: [wide, high], screen: [screenWide, screenHigh] }) {
  const at = `x="${(width - wide) / 2}" y="${(height - high) / 2}" width="${wide}" height="${high}"`;
  const screenAt = `x="${(width - screenWide) / 2}" y="${(height - screenHigh) / 2}" width="${screenWide}" height="${screenHigh}"`;
  const hand = `<path d="M${width / 2 - wide / 2 - 16} ${height / 2 + high / 4} q34 -26 40 40 L${width / 2} ${height} H${width / 2 - 140} z" fill="#b98a6c"/>`;
  const device = `${hand}<rect ${at} rx="16" fill="#1b1c20" stroke="#5d6068" stroke-width="3"/>`;
  const glare = `<defs><linearGradient id="g" x2="1" y2="1"><stop offset="0.1" stop-color="#fff" stop-opacity="0"/>
    <stop offset="0.22" stop-color="#fff" stop-opacity="0.3"/><stop offset="0.3" stop-color="#fff" stop-opacity="0.06"/>
    <stop offset="0.5" stop-color="#fff" stop-opacity="0"/></linearGradient></defs><rect ${screenAt} fill="url(#g)"/>`;
  const name = `${wide}x${high}`;
  return {
    body: await drawn(work, `body-${name}`, { width, height }, device),
    glare: await drawn(work, `glare-${name}`, { width, height }, glare),
  };
}

/**
 * The beat between a screen's grid of pixels and a sensor's, to be multiplied with.
 *
 * @param {string} work
 * @param {Size} size
 */
export async function moireOf(work, { width, height }) {
  const values = Uint8Array.from({ length: width * height }, (_, at) => {
    const x = at % width;
    const y = Math.floor(at / width);
    const beat = Math.sin((2 * Math.PI * (x + 0.0012 * y * y)) / 9) * Math.sin((2 * Math.PI * (y - 0.15 * x)) / 13);
    return 240 + 15 * beat;
  });
  return written(work, `moire-${width}x${height}`, sharp(values, { raw: { width, height, channels: 1 } }));
}

/**
 * A photograph (or what was cut out of one) on paper, in the middle of an empty picture.
 *
 * @param {string} work
 * @param {Size & { photograph: string, paper: [number, number], borderPx: number }} print
 */
export async function photographOn(work, { width, height, photograph, paper: [wide, high], borderPx }) {
  // From memory: the product's rooms, which are loaded here too, forbid the library to open files.
  const encoded = await readFile(photograph);
  const { hasAlpha = false } = await sharp(encoded).metadata();
  const printed = await sharp(encoded)
    .resize(wide - 2 * borderPx, high - 2 * borderPx, { fit: hasAlpha ? 'inside' : 'cover' })
    .png()
    .toBuffer();
  const paper = sharp({ create: { width: wide, height: high, channels: 4, background: hasAlpha ? '#fff0' : '#fff' } });
  const sheet = await paper
    .composite([{ input: printed }])
    .png()
    .toBuffer();
  const empty = sharp({ create: { width, height, channels: 4, background: '#fff0' } });
  const name = `${path.basename(photograph, '.png')}-on-${wide}x${high}`;
  return written(work, name, empty.composite([{ input: sheet }]));
}

/**
 * Of printing paper, to be multiplied with.
 *
 * @param {string} work
 * @param {Size} size
 */
export async function grainOf(work, { width, height }) {
  const table = gaussianTable(seededRandom(7), width * height, 4);
  const values = Uint8Array.from(table, (value) => Math.max(225, Math.min(255, 246 + value)));
  return written(work, `grain-${width}x${height}`, sharp(values, { raw: { width, height, channels: 1 } }));
}

/**
 * @param {string} work
 * @param {string} name
 * @param {Size} size
 * @param {string} shapes
 */
async function drawn(work, name, { width, height }, shapes) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${shapes}</svg>`;
  const { rgba } = await rasterOf(svg);
  return written(work, name, sharp(rgba, { raw: { width, height, channels: 4 } }));
}

/**
 * @param {string} work
 * @param {string} name
 * @param {import('sharp').Sharp} picture
 */
async function written(work, name, picture) {
  const file = path.join(work, `${name}.png`);
  await picture.png().toFile(file);
  return file;
}
