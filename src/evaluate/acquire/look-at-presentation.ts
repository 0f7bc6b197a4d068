import { readFile } from 'node:fs/promises';
import { openCamera } from '../../capture/index.js';
import { asMenshenError, type Frame, MenshenError, type QualityLimits } from '../../core/index.js';
import { createPlanarMotionCue, type PlanarMotionCue } from '../../pad/index.js';
import { decodeStill } from '../../pixels/index.js';
import { systemClock, systemTimers } from '../../platform/index.js';
import { loadSeeing, type SeeingTools } from '../../vision/index.js';
import type { RecordingResult, SeenFrame, Task } from './protocol.js';

interface PresentationContext {
  readonly tools: SeeingTools;
  readonly limits: QualityLimits;
  /** The rate at which the gate looks. */
  readonly framesPerSecond: number;
  readonly ffmpegPath: string | undefined;
}

const wholePicture = {
  polygon: [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
    { x: 0, y: 1 },
  ],
};

/** Walks every frame of a recording (or one still) as the gate would, and keeps what attack detection said of each. */
export async function lookAtPresentation(
  task: Extract<Task, { kind: 'recording' }>,
  context: PresentationContext,
): Promise<RecordingResult> {
  const startedAtMs = systemClock.monotonicMs();
  const frames: SeenFrame[] = [];
  let failure: string | undefined;
  try {
    for await (const frame of task.still ? stillFrame(task.path) : recordedFrames(task.path, context)) {
      frames.push(frame);
    }
  } catch (thrown) {
    failure = asMenshenError(thrown).code;
    if (failure === 'internal' || failure === 'inference-failed') throw thrown;
  }
  const times = { presentation: systemClock.monotonicMs() - startedAtMs };
  return {
    kind: 'recording',
    file: task.file,
    path: task.path,
    frames,
    times,
    ...(failure === undefined ? {} : { failure }),
  };

  async function* stillFrame(path: string) {
    const picture = await decodeStill(await readFile(path));
    yield look({ ...picture, cameraId: 'still', sequence: 0, capturedAtMs: 0 }, context);
  }
}

async function* recordedFrames(path: string, context: PresentationContext): AsyncGenerator<SeenFrame> {
  const { framesPerSecond, ffmpegPath } = context;
  const source = { kind: 'recording', path, pace: 'fast', repeat: 'once', framesPerSecond } as const;
  const edges = { clock: systemClock, timers: systemTimers, everyFrame: true };
  const camera = openCamera('recording', source, ffmpegPath === undefined ? edges : { ...edges, ffmpegPath });
  const motion = createPlanarMotionCue();
  try {
    for (let after = -1; ; ) {
      const frame = await camera.next(after);
      if (frame === undefined) break;
      after = frame.sequence;
      yield await look(frame, context, motion);
    }
    const { state, problem } = camera.health();
    if (state === 'failed') throw new MenshenError('recording-unreadable', problem ?? 'it cannot be read');
  } finally {
    await camera.close();
  }
}

async function look(
  frame: Frame,
  { tools, limits }: PresentationContext,
  motion?: PlanarMotionCue,
): Promise<SeenFrame> {
  const request = { zone: wholePicture, limits, ...(motion === undefined ? {} : { motion }) };
  const { observeFrame } = await loadSeeing();
  const { face, reasons, positionMs } = await observeFrame(frame, tools, request);
  face?.probe?.vector.fill(0);
  // A frame that the gate would not compare has no say in attack detection either.
  return { atMs: positionMs ?? 0, pad: face?.probe === undefined ? [] : face.pad, reasons };
}
