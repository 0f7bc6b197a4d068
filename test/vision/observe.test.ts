import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaptureZone, Frame, Picture } from '#menshen/core/index.js';
import { createDetector } from '#menshen/detect/index.js';
import { loadModelPack, type Models, openModels } from '#menshen/inference/index.js';
import { createPlanarMotionCue } from '#menshen/pad/index.js';
import { createSeeingTools, observeFrame, type SeeingTools } from '#menshen/vision/observe.js';
import { hasModels, hasSamples, packDirectory, samplePicture } from '../inference/default-pack.js';
import { plain } from '../pixels/paint.js';

const everywhere: CaptureZone = {
  polygon: [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
    { x: 0, y: 1 },
  ],
};

function frameOf(picture: Picture): Frame {
  return { ...picture, cameraId: 'camera', sequence: 7, capturedAtMs: 12 };
}

/** Counts what is called after detection: with a bystander, nothing may be. */
function counting(tools: SeeingTools) {
  const calls = { landmarks: 0, texture: 0, embedder: 0 };
  const counted: SeeingTools = {
    detector: tools.detector,
    landmarks: {
      locate(...given) {
        calls.landmarks += 1;
        return tools.landmarks.locate(...given);
      },
    },
    texture: {
      assess(...given) {
        calls.texture += 1;
        return tools.texture.assess(...given);
      },
    },
    embedder: {
      modelId: tools.embedder.modelId,
      embed: (...given) => tools.embedder.embed(...given),
      align(...given) {
        calls.embedder += 1;
        return tools.embedder.align(...given);
      },
    },
  };
  return { calls, counted };
}

describe.skipIf(!hasModels)('observeFrame', () => {
  let models: Models;
  let tools: SeeingTools;
  beforeAll(async () => {
    models = await openModels(await loadModelPack(packDirectory));
    tools = createSeeingTools(models);
  });
  afterAll(() => models.close());
  const request = (zone: CaptureZone) => ({ zone, limits: models.pack.manifest.qualityLimits });

  /** A zone around the n-th face from the left. */
  async function zoneAround(picture: Picture, index: number): Promise<CaptureZone> {
    const faces = [...(await createDetector(models).detect(picture))].sort((one, other) => one.box.x - other.box.x);
    const { x, y, width, height } = faces[index]?.box ?? { x: 0, y: 0, width: 0, height: 0 };
    const at = (right: number, down: number) => ({ x: right / picture.width, y: down / picture.height });
    return { polygon: [at(x, y), at(x + width, y), at(x + width, y + height), at(x, y + height)] };
  }

  it('says that nobody is there', async () => {
    const seen = await observeFrame(frameOf(plain(640, 480, 100)), tools, request(everywhere));
    expect(seen).toMatchObject({ sequence: 7, facesInZone: 0, facesOutsideZone: 0, reasons: ['no-face-in-zone'] });
  });

  it('wipes the frame', async () => {
    const frame = frameOf(plain(640, 480, 100));
    await observeFrame(frame, tools, request(everywhere));
    expect(frame.rgb.every((value) => value === 0)).toBe(true);
  });

  it('wipes the frame when a model fails', async () => {
    const frame = frameOf(plain(640, 480, 100));
    const failing = { ...tools, detector: { detect: () => Promise.reject(new Error('broken')) } };
    await expect(observeFrame(frame, failing, request(everywhere))).rejects.toThrow('broken');
    expect(frame.rgb.every((value) => value === 0)).toBe(true);
  });

  it.skipIf(!hasSamples)('D18: computes nothing from bystanders, and wipes the frame', async () => {
    const { calls, counted } = counting(tools);
    const outside = { polygon: everywhere.polygon.map(({ x, y }) => ({ x: x / 100, y: y / 100 })) };
    const frame = frameOf(await samplePicture(1));
    const seen = await observeFrame(frame, counted, request(outside));
    expect(seen).toMatchObject({ facesInZone: 0, facesOutsideZone: 3 });
    expect(calls).toEqual({ landmarks: 0, texture: 0, embedder: 0 });
    expect(frame.rgb.every((value) => value === 0)).toBe(true);
  });

  it.skipIf(!hasSamples)('picks nobody out of several people in the zone', async () => {
    const { calls, counted } = counting(tools);
    const seen = await observeFrame(frameOf(await samplePicture(1)), counted, request(everywhere));
    expect(seen.reasons).toEqual(['several-faces-in-zone']);
    expect(calls).toEqual({ landmarks: 0, texture: 0, embedder: 0 });
  });

  it.skipIf(!hasSamples)('makes a probe of the one person in the zone', async () => {
    const picture = await samplePicture(1);
    const motion = createPlanarMotionCue();
    const seen = await observeFrame(frameOf(picture), tools, { ...request(await zoneAround(picture, 1)), motion });
    expect(seen).toMatchObject({ facesInZone: 1, facesOutsideZone: 2, reasons: [] });
    expect(seen.face?.pad.map(({ cue }) => cue)).toEqual(['texture-model', 'surround', 'planar-motion']);
    expect(seen.face?.probe?.vector.length).toBe(512);
  });

  it.skipIf(!hasSamples)('looks at the eyes only when asked to', async () => {
    const picture = await samplePicture(1);
    const given = request(await zoneAround(picture, 1));
    const [asked, unasked] = [
      await observeFrame(frameOf({ ...picture, rgb: picture.rgb.slice() }), tools, { ...given, eyes: true }),
      await observeFrame(frameOf(picture), tools, given),
    ];
    expect(asked.face?.eyesClosedLogOdds).toEqual(expect.any(Number));
    expect(unasked.face).not.toHaveProperty('eyesClosedLogOdds');
  });

  it.skipIf(!hasSamples)('makes no probe and no PAD of a face of poor quality', async () => {
    const picture = await samplePicture(1);
    const zone = await zoneAround(picture, 1);
    const limits = { ...models.pack.manifest.qualityLimits, minInterEyeDistancePx: 500 };
    const { calls, counted } = counting(tools);
    const seen = await observeFrame(frameOf(picture), counted, { zone, limits });
    expect(seen.reasons).toEqual(['face-too-small']);
    expect(calls).toEqual({ landmarks: 1, texture: 0, embedder: 0 });
  });
});
