import type Sharp from 'sharp';
import { MenshenError, type Picture } from '../core/index.js';

export interface StillLimits {
  readonly maxInputPixels: number;
  readonly minSidePx: number;
  /** The decoded picture is shrunk, never enlarged, to fit a square of this side. */
  readonly maxSidePx: number;
  readonly timeoutSeconds: number;
}

/** What a still may cost; a terminal's own camera never comes near these. */
export const defaultStillLimits: StillLimits = {
  maxInputPixels: 50_000_000,
  minSidePx: 32,
  maxSidePx: 4096,
  timeoutSeconds: 10,
};

/**
 * Decodes a JPEG, PNG or WebP still to 8-bit sRGB with its EXIF rotation applied; alpha is laid on white.
 *
 * Errors: `picture-unreadable` (not one of the formats, damaged, cut short), `picture-refused` (too large or too small),
 * `vision-down` (the decoder cannot be loaded, and will not be by this process).
 */
export async function decodeStill(bytes: Uint8Array, limits: StillLimits = defaultStillLimits): Promise<Picture> {
  refuseOtherFormats(bytes);
  const sharp = await decoder();
  const options = { limitInputPixels: false, failOn: 'error' } as const;
  const header = await orUnreadable(() => sharp(bytes, options).metadata());
  refuseSize(header.width, header.height, limits);
  const decoded = await orUnreadable(() =>
    sharp(bytes, { ...options, limitInputPixels: limits.maxInputPixels })
      .timeout({ seconds: limits.timeoutSeconds })
      .rotate()
      .resize({ width: limits.maxSidePx, height: limits.maxSidePx, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true }),
  );
  const { width, height, channels } = decoded.info;
  const rgb = channels === 3 ? viewOf(decoded.data) : tripled(decoded.data, channels);
  return { width, height, rgb };
}

let loaded: Promise<typeof Sharp> | undefined;

/** Loaded with the first still: the daemon, which never decodes one, has no picture decoder in its memory. */
function decoder(): Promise<typeof Sharp> {
  loaded ??= loadDecoder();
  return loaded;
}

async function loadDecoder(): Promise<typeof Sharp> {
  const { default: sharp } = await import('sharp').catch((cause: unknown) => {
    throw new MenshenError(
      'vision-down',
      'The picture decoder could not be loaded: there is too little memory, or it is damaged. Try again in a moment.',
      { cause },
    );
  });
  // A decoder that cannot be reached cannot be attacked: everything but the three formats is switched off.
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
  });
  // A cache of decoded pictures would outlive the person's verification.
  sharp.cache(false);
  return sharp;
}

function refuseOtherFormats(bytes: Uint8Array): void {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  const known = head.startsWith('\xff\xd8\xff') || head.startsWith('\x89PNG\r\n\x1a\n') || /^RIFF....WEBP/s.test(head);
  if (!known)
    throw new MenshenError('picture-unreadable', 'This is not a JPEG, PNG or WebP picture; send one of those.');
}

function refuseSize(width: number, height: number, limits: StillLimits): void {
  if (width * height > limits.maxInputPixels) {
    const megapixels = Math.floor(limits.maxInputPixels / 1e6);
    throw new MenshenError(
      'picture-refused',
      `The picture is ${width} x ${height} pixels; send one of at most ${megapixels} megapixels.`,
    );
  }
  if (Math.min(width, height) < limits.minSidePx) {
    throw new MenshenError(
      'picture-refused',
      `The picture is ${width} x ${height} pixels; each side needs at least ${limits.minSidePx}.`,
    );
  }
}

async function orUnreadable<T>(decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (cause) {
    throw new MenshenError('picture-unreadable', 'The picture is damaged or cut short; take it again.', { cause });
  }
}

function viewOf(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** Grey pictures come out of the decoder with one channel. */
function tripled(data: Buffer, channels: number): Uint8Array {
  const rgb = new Uint8Array((data.length / channels) * 3);
  for (let pixel = 0; pixel < rgb.length / 3; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      rgb[pixel * 3 + channel] = data[pixel * channels + (channels >= 3 ? channel : 0)] ?? 0;
    }
  }
  data.fill(0);
  return rgb;
}
