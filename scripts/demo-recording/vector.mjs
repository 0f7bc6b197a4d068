import sharp from 'sharp';

const loader = { operation: ['VipsForeignLoadSvgBuffer'] };

/**
 * Turns a drawing into pixels.
 *
 * @param {string} svg of the generator's own: the product refuses such pictures, and its rooms block the loader
 * @param {number} [blurPx]
 * @returns {Promise<import('./raster.mjs').Raster>}
 */
export async function rasterOf(svg, blurPx) {
  sharp.unblock(loader);
  try {
    const drawing = sharp(Buffer.from(svg)).ensureAlpha().toColourspace('srgb');
    const softened = blurPx === undefined ? drawing : drawing.blur(blurPx);
    const { data, info } = await softened.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, rgba: new Uint8ClampedArray(data) };
  } finally {
    sharp.block(loader);
  }
}
