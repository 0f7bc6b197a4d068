import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDetector, createLandmarkFinder } from '#menshen/detect/index.js';
import { createEmbedder } from '#menshen/embed/index.js';
import { loadModelPack, type ModelOutputs, type ModelRole, type Models, openModels } from '#menshen/inference/index.js';
import { createEyeState, createTextureCue } from '#menshen/pad/index.js';
import { paintedFace } from '../quality/faces.js';
import { cosineSimilarity, hasModels, hasSamples, packDirectory, samplePicture } from './default-pack.js';

/** The most a value may differ, relative to the largest of its output; 2e-6 was measured, rounding adds up differently elsewhere. */
const tolerance = 1e-4;
const leastCosine = 1 - 1e-8;

describe.skipIf(!hasModels)('prepared models give the answers of the files they were made from', () => {
  let prepared: Models;
  const originals = new Map<ModelRole, InferenceSession>();
  beforeAll(async () => {
    prepared = await openModels(await loadModelPack(packDirectory));
    for (const [role, bytes] of prepared.pack.bytes)
      originals.set(role, await InferenceSession.create(bytes, { intraOpNumThreads: 1 }));
  });
  afterAll(async () => {
    await prepared.close();
    for (const session of originals.values()) await session.release();
  });

  /** Runs the file as it came, and checks the prepared model against it. */
  async function compared(role: ModelRole, input: Float32Array): Promise<ModelOutputs> {
    const { name, shape } = prepared.spec(role).input;
    const answers = await prepared.run(role, input);
    const outputs = await originals.get(role)?.run({ [name]: new Tensor('float32', input, shape) });
    const expected = Object.fromEntries(
      Object.entries(outputs ?? {}).map(([key, { data }]) => [key, Float32Array.from(data as Float32Array)]),
    );
    expect(Object.keys(answers).sort()).toEqual(Object.keys(expected).sort());
    for (const [key, values] of Object.entries(expected)) {
      expect(largestDifference(values, answers[key] ?? new Float32Array(0))).toBeLessThan(tolerance);
      if (role === 'embedding')
        expect(cosineOf(values, answers[key] ?? new Float32Array(0))).toBeGreaterThan(leastCosine);
    }
    return expected;
  }

  const twin = (): Models => ({
    pack: prepared.pack,
    roles: prepared.roles,
    outputNames: (role) => prepared.outputNames(role),
    spec: (role) => prepared.spec(role),
    run: compared,
    scrub: () => prepared.scrub(),
    close: () => prepared.close(),
  });

  it.skipIf(!hasSamples)(
    'on every face of the sample photographs',
    async () => {
      const models = twin();
      let faces = 0;
      for (const number of [1, 2, 3, 4, 5, 6]) {
        const picture = await samplePicture(number);
        for (const face of await createDetector(models).detect(picture)) {
          const { box, points } = await createLandmarkFinder(models).locate(picture, face);
          await createTextureCue(models).assess(picture, box);
          await createEyeState(models)?.closedLogOdds(picture, points);
          await createEmbedder(models).embed(picture, points);
          faces += 1;
        }
      }
      expect(faces).toBe(22);
    },
    60_000,
  );

  it('on a painted face', async () => {
    const models = twin();
    const { picture, face } = paintedFace();
    await createDetector(models).detect(picture);
    const { box } = await createLandmarkFinder(models).locate(picture, { box: face.box, detectionLikelihood: 1 });
    await createTextureCue(models).assess(picture, box);
    expect((await createEmbedder(models).embed(picture, face.points)).vector.length).toBe(512);
  });

  it.each([
    ['black', () => 0],
    ['white', () => 255],
    ['noise', (at: number) => Math.abs(Math.sin(at * 12.9898) * 43758.5453 * 255) % 255],
    ['far outside what a picture can hold', (at: number) => 1e4 * Math.sin(at)],
  ])('on inputs that are %s', async (_, valueAt) => {
    for (const role of originals.keys()) {
      const { shape, mean, scale } = prepared.spec(role).input;
      const length = shape.reduce((product, side) => product * side, 1);
      await compared(
        role,
        Float32Array.from({ length }, (__, at) => (valueAt(at) - Number(mean)) * Number(scale)),
      );
    }
    expect(originals.size).toBe(5);
  });
});

function largestDifference(expected: Float32Array, actual: Float32Array): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return (
    expected.reduce((most, value, index) => Math.max(most, Math.abs(value - (actual[index] ?? Number.NaN))), 0) /
    largest
  );
}

function cosineOf(one: Float32Array, other: Float32Array): number {
  return cosineSimilarity(one, other) / Math.sqrt(cosineSimilarity(one, one) * cosineSimilarity(other, other));
}
