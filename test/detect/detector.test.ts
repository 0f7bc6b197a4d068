import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDetector, createLandmarkFinder } from '#menshen/detect/index.js';
import { loadModelPack, type Models, openModels } from '#menshen/inference/index.js';
import { hasModels, hasSamples, packDirectory, samplePicture } from '../inference/default-pack.js';
import { noise, plain } from '../pixels/paint.js';

describe.skipIf(!hasModels)('the detector', () => {
  let models: Models;
  beforeAll(async () => {
    models = await openModels(await loadModelPack(packDirectory));
  });
  afterAll(() => models.close());

  it('sees nobody in an empty picture or in noise', async () => {
    const detector = createDetector(models);
    expect(await detector.detect(plain(640, 480, 120))).toEqual([]);
    expect(await detector.detect(noise(640, 480))).toEqual([]);
  });

  it.skipIf(!hasSamples)('finds the 22 people of the sample photographs', async () => {
    const detector = createDetector(models);
    const counts: number[] = [];
    for (const number of [1, 2, 3, 4, 5, 6]) counts.push((await detector.detect(await samplePicture(number))).length);
    expect(counts).toEqual([3, 3, 3, 4, 5, 4]);
  });

  it.skipIf(!hasSamples)('puts eyes, nose and mouth where a face has them', async () => {
    const picture = await samplePicture(1);
    const finder = createLandmarkFinder(models);
    for (const face of await createDetector(models).detect(picture)) {
      const { points } = await finder.locate(picture, face);
      expect(points.leftEye.x).toBeLessThan(points.rightEye.x);
      expect(points.leftEye.y).toBeLessThan(points.nose.y);
      expect(points.nose.y).toBeLessThan(points.mouthLeft.y);
    }
  });
});
