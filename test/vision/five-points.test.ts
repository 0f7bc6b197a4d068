import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Picture } from '#menshen/core/index.js';
import { createDetector } from '#menshen/detect/index.js';
import { loadModelPack, type Models, openModels } from '#menshen/inference/index.js';
import { createPlanarMotionCue } from '#menshen/pad/index.js';
import { createSeeingTools, observeFrame } from '#menshen/vision/observe.js';
import { noise } from '../pixels/paint.js';
import { tinySide, writtenPack } from '../support/tiny-pack.js';

const corners = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
  { x: 0, y: 1 },
];

describe('a pack whose detector gives five points and that has no landmark model', () => {
  const folder = writtenPack();
  let models: Models;
  beforeAll(async () => {
    models = await openModels(await loadModelPack(folder));
  });
  afterAll(async () => {
    await models.close();
    rmSync(folder, { recursive: true });
  });

  /** Its one face lies in the middle of the input, half as wide. */
  const faceIn = async (picture: Picture) => {
    const [face] = await createDetector(models).detect(picture);
    if (face === undefined) throw new Error('no face was found');
    return face;
  };

  it('finds its face where a wide picture lies in the input', async () => {
    // 640 pixels become 64: ten pixels each, and the picture's rows end at 48.
    const { box, points } = await faceIn(noise(640, 480));
    expect(Object.values(box).map(Math.round)).toEqual([160, 160, 320, 320]);
    expect(points?.nose).toEqual({ x: expect.closeTo(320, 3), y: expect.closeTo(344, 3) });
  });

  it('finds its face where a tall picture lies in the input', async () => {
    const { box } = await faceIn(noise(240, 640));
    expect(Object.values(box).map(Math.round)).toEqual([160, 160, 320, 320]);
  });

  it('feeds black where the picture does not reach', async () => {
    const inputs: Float32Array[] = [];
    const watched = {
      ...{ pack: models.pack, roles: models.roles, close: async () => undefined, scrub: () => models.scrub() },
      spec: models.spec.bind(models),
      outputNames: models.outputNames.bind(models),
      run: async (role: 'detection', input: Float32Array) => {
        inputs.push(Float32Array.from(input));
        return models.run(role, input);
      },
    };
    await createDetector(watched).detect(noise(640, 320));
    const [input = new Float32Array(0)] = inputs;
    const sumOfRows = (from: number, to: number) =>
      input.subarray(from * tinySide, to * tinySide).reduce((a, b) => a + b, 0);
    expect([sumOfRows(0, 32) > 0, sumOfRows(32, 64)]).toEqual([true, 0]);
  });

  it('takes a frame all the way to a probe', async () => {
    const frame = { ...noise(640, 640), cameraId: 'camera', sequence: 1, capturedAtMs: 0 };
    const limits = { ...models.pack.manifest.qualityLimits, maxPitchDeg: 89, maxYawDeg: 89, maxNoise: 1 };
    const seen = await observeFrame(frame, createSeeingTools(models), {
      ...{ zone: { polygon: corners }, limits, motion: createPlanarMotionCue() },
    });
    expect(seen.reasons).toEqual([]);
    expect(seen.face?.probe?.vector).toHaveLength(128);
    expect(seen.face?.probe?.modelId).toMatch(/^tiny@[0-9a-f]{12}$/);
  });
});
