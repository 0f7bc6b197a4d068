import path from 'node:path';
import { openCamera } from '../../dist/capture/index.js';
import { createLandmarkFinder } from '../../dist/detect/index.js';
import { loadModelPack, openModels } from '../../dist/inference/index.js';
import { assessSurround } from '../../dist/pad/index.js';
import { systemClock, systemTimers } from '../../dist/platform/index.js';
import { createSeeingTools, observeFrame } from '../../dist/vision/observe.js';
import { projectRoot } from '../setup/context.mjs';
import { row, timed } from './measure.mjs';

const rounds = 40;
const wholePicture = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
  { x: 0, y: 1 },
];

/**
 * A frame's way through the rooms on one thread, step by step, beside the bare model runs it contains.
 *
 * @returns {Promise<import('./measure.mjs').Row[]>}
 */
export async function seeingRows() {
  const models = await openModels(await loadModelPack(path.join(projectRoot, 'models', 'default')));
  const tools = createSeeingTools(models);
  const frame = await frameWithFace(tools.detector);
  const [face] = await tools.detector.detect(frame);
  if (face === undefined) throw new Error('the recording shows no face; run `npm run setup`');
  const located = await createLandmarkFinder(models).locate(frame, face);
  const { qualityLimits: limits } = models.pack.manifest;
  const bare = {
    what: 'bare model runs of a frame',
    ms: await timed(() => bareRuns(models), { rounds }),
  };
  const copy = () => ({ ...frame, rgb: frame.rgb.slice() });
  const rows = [
    row(bare.what, bare.ms),
    row('detect', await timed(() => tools.detector.detect(frame), { rounds })),
    row('landmarks, two passes', await timed(() => tools.landmarks.locate(frame, face), { rounds })),
    row('attack detection, texture', await timed(() => tools.texture.assess(frame, located.box), { rounds })),
    row('attack detection, surround', await timed(async () => assessSurround(frame, located.box), { rounds })),
    row('align and embed', await timed(() => tools.embedder.embed(frame, located.points), { rounds })),
    row(
      'observe one frame (everything)',
      await timed(() => observeFrame(copy(), tools, { zone: { polygon: wholePicture }, limits }), { rounds }),
      bare,
    ),
    row('scrub after a verification', await timed(() => models.scrub(), { rounds })),
  ];
  await models.close();
  return rows;
}

/** @param {import('../../dist/inference/index.js').Models} models */
async function bareRuns(models) {
  /** @type {('detection' | 'landmarks' | 'pad' | 'embedding')[]} */
  const roles = ['detection', 'landmarks', 'landmarks', 'pad', 'embedding'];
  for (const role of roles) {
    const size = models.spec(role).input.shape.reduce((product, side) => product * side, 1);
    await models.run(role, new Float32Array(size).fill(0.5));
  }
}

/**
 * The first frame of the demonstration's recording in which somebody stands near.
 *
 * @param {import('../../dist/detect/index.js').FaceDetector} detector
 */
async function frameWithFace(detector) {
  /** @type {import('../../dist/capture/index.js').CameraSource} */
  const source = {
    kind: 'recording',
    path: path.join(projectRoot, 'var', 'demo', 'recording.mp4'),
    pace: 'fast',
    repeat: 'once',
  };
  const camera = openCamera('bench', source, { clock: systemClock, timers: systemTimers, everyFrame: true });
  let sequence = 0;
  try {
    for (;;) {
      const frame = await camera.next(sequence);
      if (frame === undefined) throw new Error('the recording ended without a near face');
      sequence = frame.sequence;
      const faces = await detector.detect(frame);
      if (faces.some(({ box }) => box.width > 110)) return frame;
    }
  } finally {
    await camera.close();
  }
}
