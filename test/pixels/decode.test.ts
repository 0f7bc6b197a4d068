import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeStill, defaultStillLimits } from '#menshen/pixels/index.js';
import { paint } from './paint.js';

/** Left half red, right half blue. */
const halves = paint(64, 48, (x) => (x < 32 ? [220, 20, 20] : [20, 20, 220]));

function encoder(channels: 3 | 4 = 3) {
  const image = sharp(Buffer.from(halves.rgb), { raw: { width: 64, height: 48, channels: 3 } });
  return channels === 4 ? image.ensureAlpha(0.5) : image;
}

function pixel({ rgb, width }: { rgb: Uint8Array; width: number }, x: number, y: number): number[] {
  return [...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
}

describe('decodeStill', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('reads %s as 8-bit RGB', async (format) => {
    const picture = await decodeStill(await encoder().toFormat(format, { quality: 95 }).toBuffer());
    expect([picture.width, picture.height, picture.rgb.length]).toEqual([64, 48, 64 * 48 * 3]);
    expect(pixel(picture, 8, 24)[0]).toBeGreaterThan(200);
  });

  it('applies the EXIF rotation, so that a face taken upright stays upright', async () => {
    const picture = await decodeStill(await encoder().png().withMetadata({ orientation: 6 }).toBuffer());
    expect([picture.width, picture.height]).toEqual([48, 64]);
  });

  it('lays transparency on white', async () => {
    const picture = await decodeStill(await encoder(4).png().toBuffer());
    expect(pixel(picture, 8, 24)[1]).toBeGreaterThan(120);
  });

  it('brings 16-bit pictures to 8 bits', async () => {
    const picture = await decodeStill(await encoder().toColourspace('rgb16').png().toBuffer());
    expect(pixel(picture, 8, 24)).toEqual([220, 20, 20]);
  });

  it('brings grey pictures to three channels', async () => {
    const picture = await decodeStill(await encoder().greyscale().png().toBuffer());
    expect(picture.rgb.length).toBe(64 * 48 * 3);
  });

  it('brings CMYK pictures to RGB', async () => {
    const picture = await decodeStill(await encoder().toColourspace('cmyk').jpeg().toBuffer());
    expect(pixel(picture, 8, 24)[0]).toBeGreaterThan(pixel(picture, 8, 24)[2] ?? 255);
  });

  it('refuses a picture that is cut short', async () => {
    const whole = await encoder().jpeg().toBuffer();
    await expect(decodeStill(whole.subarray(0, whole.length / 2))).rejects.toMatchObject({
      code: 'picture-unreadable',
    });
  });

  it('refuses a small file that would unpack to a huge picture', async () => {
    const bomb = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: 'white' } })
      .png()
      .toBuffer();
    await expect(decodeStill(bomb)).rejects.toMatchObject({ code: 'picture-refused' });
  });

  it('refuses a picture too small to hold a face', async () => {
    const tiny = await sharp({ create: { width: 31, height: 400, channels: 3, background: 'white' } })
      .png()
      .toBuffer();
    await expect(decodeStill(tiny)).rejects.toMatchObject({ code: 'picture-refused' });
  });

  it.each([
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>')],
    ['GIF', Buffer.from('GIF89a\x40\x00\x40\x00', 'latin1')],
    ['nothing', Buffer.alloc(0)],
  ])('refuses %s by its first bytes', async (_name, bytes) => {
    await expect(decodeStill(bytes)).rejects.toMatchObject({ code: 'picture-unreadable' });
  });

  it('shrinks a picture larger than the limit and keeps its aspect', async () => {
    const picture = await decodeStill(await encoder().png().toBuffer(), { ...defaultStillLimits, maxSidePx: 40 });
    expect([picture.width, picture.height]).toEqual([40, 30]);
  });
});
