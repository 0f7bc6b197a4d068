import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Picture } from '#menshen/core/index.js';
import { createDetector, createLandmarkFinder } from '#menshen/detect/index.js';
import { createEmbedder } from '#menshen/embed/index.js';
import { loadModelPack, type Models, openModels } from '#menshen/inference/index.js';
import { cosineSimilarity, hasModels, hasSamples, packDirectory, samplePicture } from '../inference/default-pack.js';
import { plain } from '../pixels/paint.js';
import { paintedFace } from '../quality/faces.js';

describe.skipIf(!hasModels)('the embedder', () => {
  let models: Models;
  beforeAll(async () => {
    models = await openModels(await loadModelPack(packDirectory));
  });
  afterAll(() => models.close());

  /** Vectors of all faces in a picture, from left to right. */
  async function vectorsIn(picture: Picture): Promise<Float32Array[]> {
    const faces = [...(await createDetector(models).detect(picture))].sort((one, other) => one.box.x - other.box.x);
    const vectors: Float32Array[] = [];
    for (const face of faces) {
      const { points } = await createLandmarkFinder(models).locate(picture, face);
      vectors.push((await createEmbedder(models).embed(picture, points)).vector);
    }
    return vectors;
  }

  it('gives a unit vector that names its model', async () => {
    const { picture, face } = paintedFace();
    const probe = await createEmbedder(models).embed(picture, face.points);
    expect(probe.modelId).toBe(models.pack.embeddingModelId);
    expect(probe.vector.length).toBe(512);
    expect(cosineSimilarity(probe.vector, probe.vector)).toBeCloseTo(1, 5);
  });

  it('embeds an aligned face when its picture is gone', async () => {
    const { picture, face } = paintedFace();
    const embedder = createEmbedder(models);
    const { vector } = await embedder.embed(picture, face.points);
    const aligned = embedder.align(picture, face.points);
    picture.rgb.fill(0);
    expect((await aligned.embed()).vector).toEqual(vector);
    aligned.giveBack();
  });

  it('refuses a face whose points coincide', async () => {
    const same = { x: 10, y: 10 };
    const points = { leftEye: same, rightEye: same, nose: same, mouthLeft: same, mouthRight: same };
    await expect(createEmbedder(models).embed(plain(64, 64, 9), points)).rejects.toThrow(/two different points/);
  });

  it.skipIf(!hasSamples)('recognises a person in another photograph', async () => {
    const [rightMost] = (await vectorsIn(await samplePicture(1))).slice(-1);
    const [, middle] = await vectorsIn(await samplePicture(3));
    const similarity = cosineSimilarity(rightMost ?? new Float32Array(0), middle ?? new Float32Array(0));
    const strictest = models.pack.manifest.thresholds[0]?.points.at(-1)?.similarity;
    expect(similarity).toBeGreaterThan(strictest ?? 1);
  });

  it.skipIf(!hasSamples)('tells the people of one photograph apart', async () => {
    const limit = models.pack.manifest.thresholds[0]?.points.find(({ fmr }) => fmr === 3e-4)?.similarity ?? 0;
    for (const number of [1, 2, 3, 4, 5, 6]) {
      const vectors = await vectorsIn(await samplePicture(number));
      vectors.forEach((one, index) => {
        for (const other of vectors.slice(index + 1)) expect(cosineSimilarity(one, other)).toBeLessThan(limit);
      });
    }
  });

  it.skipIf(!hasSamples)('finds the same vector when the photograph is brighter', async () => {
    const picture = await samplePicture(2);
    const brighter = { ...picture, rgb: picture.rgb.map((value) => Math.min(255, value * 1.2)) };
    const [one] = await vectorsIn(picture);
    const [other] = await vectorsIn(brighter);
    expect(cosineSimilarity(one ?? new Float32Array(0), other ?? new Float32Array(0))).toBeGreaterThan(0.8);
  });
});
