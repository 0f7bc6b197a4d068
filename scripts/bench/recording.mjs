import path from 'node:path';
import { openCamera } from '../../dist/capture/index.js';
import { systemClock, systemTimers } from '../../dist/platform/index.js';
import { projectRoot } from '../setup/context.mjs';

/** As near as somebody who stands before a terminal. */
const nearPx = 110;

export const wholePicture = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
  { x: 0, y: 1 },
];

/**
 * Frames of the demonstration's recording (640 x 480) that show one near face and no other. The caller owns their pixels.
 *
 * @param {import('../../dist/detect/index.js').FaceDetector} detector
 * @param {number} count
 */
export async function framesWithFace(detector, count) {
  /** @type {import('../../dist/capture/index.js').CameraSource} */
  const source = {
    kind: 'recording',
    path: path.join(projectRoot, 'var', 'demo', 'recording.mp4'),
    pace: 'fast',
    repeat: 'once',
  };
  const camera = openCamera('bench', source, { clock: systemClock, timers: systemTimers, everyFrame: true });
  const frames = [];
  try {
    for (let sequence = 0; frames.length < count; ) {
      const frame = await camera.next(sequence);
      if (frame === undefined) throw new Error('the recording ended without a near face; run `npm run setup`');
      sequence = frame.sequence;
      const [only, second] = await detector.detect(frame);
      if (only !== undefined && second === undefined && only.box.width > nearPx) {
        frames.push({ ...frame, rgb: frame.rgb.slice() });
      }
    }
    return frames;
  } finally {
    await camera.close();
  }
}
