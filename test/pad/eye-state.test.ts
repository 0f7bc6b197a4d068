import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FivePoints, Picture } from '#menshen/core/index.js';
import { createDetector, createLandmarkFinder } from '#menshen/detect/index.js';
import { loadModelPack, type Models, openModels } from '#menshen/inference/index.js';
import { createEyeState } from '#menshen/pad/index.js';
import { hasModels, hasSamples, packDirectory, samplePicture } from '../inference/default-pack.js';
import { noise, paint } from '../pixels/paint.js';

const at = (x: number, y: number) => ({ x, y });
const eyesAt = (leftEye: FivePoints['leftEye'], rightEye: FivePoints['rightEye']): FivePoints => ({
  ...{ leftEye, rightEye, nose: at(64, 80), mouthLeft: at(50, 100), mouthRight: at(78, 100) },
});
const face = eyesAt(at(40, 60), at(88, 60));

describe.skipIf(!hasModels)('the eye state', () => {
  let models: Models;
  beforeAll(async () => {
    models = await openModels(await loadModelPack(packDirectory));
  });
  afterAll(() => models.close());

  /** The pack with an eye-state model that answers as told, and what it was given. */
  function telling(answer: (run: number) => readonly number[]) {
    const inputs: Float32Array[] = [];
    const given: Float32Array[] = [];
    const made: Models = {
      ...models,
      roles: models.roles,
      pack: models.pack,
      spec: models.spec.bind(models),
      run: async (_role, input) => {
        inputs.push(input);
        given.push(input.slice());
        return { output: Float32Array.from(answer(inputs.length - 1)) };
      },
    };
    const seen = (picture: Picture, points = face) => createEyeState(made)?.closedLogOdds(picture, points);
    return { inputs, given, seen };
  }

  it('is the mean of both eyes’ log odds of closed over open', async () => {
    const { seen } = telling((run) => (run === 0 ? [5, 1] : [2, 4]));
    expect(await seen(noise(128, 128))).toBe(1);
  });

  it('shows the model both eyes the same way round', async () => {
    const { given, seen } = telling(() => [0, 0]);
    await seen(
      paint(128, 128, (x, y) => (x < 64 ? [x * 2, y, 0] : [(127.99 - x) * 2, y, 0])),
      eyesAt(at(40, 60), at(87, 60)),
    );
    const [left, right] = given;
    expect(Array.from(right ?? [])).toEqual(Array.from(left ?? [], (value) => expect.closeTo(value, 1)));
  });

  it('wipes what it showed', async () => {
    const { inputs, seen } = telling(() => [0, 0]);
    await seen(noise(128, 128));
    expect(inputs.map((input) => input.every((value) => value === 0))).toEqual([true, true]);
  });

  it.each([
    ['a number that is none', [Number.NaN, 0]],
    ['an infinite number', [Number.POSITIVE_INFINITY, 0]],
    ['nothing', []],
    ['one number', [3]],
  ])('says nothing when the model gives %s', async (_what, answer) => {
    expect(await telling(() => answer).seen(noise(128, 128))).toBeUndefined();
  });

  it.each([
    ['at one place', eyesAt(at(64, 60), at(64, 60))],
    ['nowhere', eyesAt(at(Number.NaN, 60), at(88, 60))],
    ['infinitely far', eyesAt(at(Number.NEGATIVE_INFINITY, 60), at(88, 60))],
  ])('says nothing of eyes %s', async (_where, points) => {
    expect(await telling(() => [5, 0]).seen(noise(128, 128), points)).toBeUndefined();
  });

  it('can look at eyes that are partly outside the picture', async () => {
    const seen = await createEyeState(models)?.closedLogOdds(noise(128, 128), eyesAt(at(-5, 2), at(43, 2)));
    expect(Number.isFinite(seen)).toBe(true);
  });

  it('is not there in a pack without the role', () => {
    const roles = models.roles.filter((role) => role !== 'eye-state');
    expect(createEyeState({ ...models, pack: models.pack, roles })).toBeUndefined();
  });

  async function facesIn(picture: Picture): Promise<readonly number[]> {
    const [finder, eyes] = [createLandmarkFinder(models), createEyeState(models)];
    const seen: number[] = [];
    for (const found of await createDetector(models).detect(picture)) {
      const { points } = await finder.locate(picture, found);
      seen.push((await eyes?.closedLogOdds(picture, points)) ?? Number.NaN);
    }
    return seen;
  }

  it.skipIf(!hasSamples)('sees the open eyes of five people in a photograph as open', async () => {
    const { openAtMost } = models.spec('eye-state').settings;
    const seen = await facesIn(await samplePicture(5));
    expect(seen.map((logOdds) => logOdds <= openAtMost)).toEqual([true, true, true, true, true]);
  });

  it.skipIf(!hasSamples)('sees the one of three people as closed who keeps the eyes closed', async () => {
    const { closedAtLeast } = models.spec('eye-state').settings;
    const seen = await facesIn(await samplePicture(2));
    expect(seen.filter((logOdds) => logOdds >= closedAtLeast)).toHaveLength(1);
  });
});
