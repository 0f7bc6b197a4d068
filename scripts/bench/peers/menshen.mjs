// The everyday mode: two landmark passes, quality, both still cues and motion, the face and its mirror image embedded.
import path from 'node:path';
import { loadModelPack, openModels } from '../../../dist/inference/index.js';
import { createPlanarMotionCue } from '../../../dist/pad/index.js';
import { createSeeingTools, observeFrame } from '../../../dist/vision/observe.js';
import { projectRoot } from '../../setup/context.mjs';
import { wholePicture } from '../recording.mjs';
import { height, serve, width } from './serve.mjs';

const models = await openModels(await loadModelPack(path.join(projectRoot, 'models', 'default')));
const tools = createSeeingTools(models);
const motion = createPlanarMotionCue();
let sequence = 0;
serve(async (rgb) => {
  sequence += 1;
  const frame = { cameraId: 'bench', sequence, capturedAtMs: 0, width, height, rgb };
  const { qualityLimits: limits } = models.pack.manifest;
  const { face } = await observeFrame(frame, tools, { zone: { polygon: wholePicture }, limits, motion });
  return face?.probe !== undefined;
});
