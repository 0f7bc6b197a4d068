import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { fetchFrames, open, until, workFolder } from './cameras.js';

const jpegOf = (grey: number) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: { r: grey, g: grey, b: grey } } })
    .jpeg()
    .toBuffer();

describe('a folder of stills', () => {
  const folder = join(workFolder, 'stills');
  beforeAll(async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'c.jpeg'), await jpegOf(150));
    writeFileSync(join(folder, 'a.jpg'), await jpegOf(50));
    writeFileSync(
      join(folder, 'b.png'),
      await sharp(await jpegOf(100))
        .png()
        .toBuffer(),
    );
    writeFileSync(join(folder, 'notes.md'), 'not a picture');
  });

  test('is shown in the order of the names', async () => {
    const camera = open({ kind: 'stills', folder, framesPerSecond: 50, repeat: 'once' }, { everyFrame: true });
    const frames = await fetchFrames(camera);
    expect(frames.map((frame) => frame.rgb[0])).toEqual([50, 100, 150]);
    expect(frames.map((frame) => frame.positionMs)).toEqual([0, 20, 40]);
    expect(camera.health()).toMatchObject({ state: 'ended' });
  });

  test('begins again when it loops', async () => {
    const camera = open({ kind: 'stills', folder, framesPerSecond: 50, repeat: 'loop' }, { everyFrame: true });
    const frames = await fetchFrames(camera, 5);
    expect(frames.map((frame) => frame.rgb[0])).toEqual([50, 100, 150, 50, 100]);
  });

  test('skips a broken still and names it', async () => {
    const holed = join(workFolder, 'holed');
    mkdirSync(holed);
    writeFileSync(join(holed, '1.jpg'), await jpegOf(50));
    writeFileSync(join(holed, '2.jpg'), (await jpegOf(60)).subarray(0, 200));
    writeFileSync(join(holed, '3.jpg'), await jpegOf(70));
    const camera = open({ kind: 'stills', folder: holed, framesPerSecond: 50, repeat: 'once' }, { everyFrame: true });
    const frames = await fetchFrames(camera);
    expect(frames.map((frame) => frame.rgb[0])).toEqual([50, 70]);
    expect(camera.health().problem).toMatch(/2\.jpg \(damaged\)/);
  });

  test.each(['empty', 'missing'])('has failed when it is %s', async (name) => {
    const poor = join(workFolder, name);
    if (name === 'empty') mkdirSync(poor);
    const camera = open({ kind: 'stills', folder: poor, repeat: 'loop' });
    await until(() => camera.health().state === 'failed');
    await expect(camera.next(0)).resolves.toBeUndefined();
    expect(camera.health().problem).toContain(poor);
  });
});
