/** What the product's own seeing makes of the demonstration's recording, frame by frame, as its gate would. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCamera } from '#menshen/capture/index.js';
import { ProbeFusion, thresholdFor } from '#menshen/compare/index.js';
import { type CaptureZone, type FrameObservation, MenshenError } from '#menshen/core/index.js';
import { loadModelPack, type ModelManifest, openModels } from '#menshen/inference/index.js';
import { fusePad, type PadDecision } from '#menshen/pad/index.js';
import { decodeStill } from '#menshen/pixels/index.js';
import { systemClock, systemTimers } from '#menshen/platform/index.js';
import { createSeeingTools, observeFrame, type SeeingTools } from '#menshen/vision/observe.js';
import { hasModels, packDirectory } from '../inference/default-pack.js';

export interface Scene {
  readonly id: string;
  readonly who: string;
  readonly kind: 'bona-fide' | 'stranger' | 'attack';
  readonly bystanders: number;
  readonly startMs: number;
  readonly nearFromMs: number;
  readonly nearUntilMs: number;
  readonly endMs: number;
}

export interface SceneList {
  readonly durationMs: number;
  readonly scenes: readonly Scene[];
  readonly stills: readonly { readonly who: string; readonly file: string }[];
}

export interface Watched {
  readonly manifest: ModelManifest;
  readonly frames: readonly FrameObservation[];
  readonly stills: ReadonlyMap<string, FrameObservation>;
}

const folder = join(import.meta.dirname, '..', '..', 'var', 'demo');
const recording = join(folder, 'recording.mp4');

export const hasRecording = hasModels && existsSync(recording) && existsSync(join(folder, 'scenes.json'));
if (!hasRecording) console.log("skipped: the demonstration's recording is not there; `npm run setup` makes it.");

export const sceneList: SceneList = hasRecording
  ? JSON.parse(readFileSync(join(folder, 'scenes.json'), 'utf8'))
  : { durationMs: 0, scenes: [], stills: [] };

/** The demonstration site's zone, config/demonstration.yaml. */
const captureZone = zoneBetween(0.2, 0.8);

/** Looks at the recording ten times a second, which is what the pack's PAD figures were measured at, and at the stills. */
export async function watchRecording(): Promise<Watched> {
  const models = await openModels(await loadModelPack(packDirectory));
  try {
    const tools = createSeeingTools(models);
    const { manifest } = models.pack;
    return { manifest, frames: await seeFrames(tools, manifest), stills: await seeStills(tools, manifest) };
  } finally {
    await models.close();
  }
}

export function framesBetween(frames: readonly FrameObservation[], fromMs: number, untilMs: number) {
  return frames.filter(({ positionMs = 0 }) => positionMs >= fromMs && positionMs < untilMs);
}

/** What PAD says of every run of as many usable frames as it needs at least, like a verification begun at any time. */
export function padOutcomes(frames: readonly FrameObservation[], manifest: ModelManifest): PadDecision['outcome'][] {
  const { padThresholds } = manifest;
  const cues = frames.flatMap(({ face }) => (face?.probe ? [face.pad] : []));
  const starts = Array.from({ length: Math.max(0, cues.length - padThresholds.minFrames + 1) }, (_, index) => index);
  return starts.map((start) => {
    const window = cues.slice(start, start + padThresholds.minFrames);
    return fusePad(window, padThresholds, { demonstration: true, strict: false }).outcome;
  });
}

/** The probe fused over the frames; throws when they do not show one and the same face throughout. */
export function fusedProbe(frames: readonly FrameObservation[], { thresholds, files }: ModelManifest): Float32Array {
  const embedding = files.find((file) => file.role === 'embedding');
  const sameFace = thresholdFor(thresholds, 'single-single', 1e-2);
  const fusion = new ProbeFusion(embedding?.settings.dimensions ?? 0, sameFace.similarity);
  for (const { face } of frames) if (face?.probe) fusion.add(face.probe.vector);
  if (fusion.restarts > 0) throw new MenshenError('internal', 'the frames of one scene show more than one face');
  return fusion.fused();
}

async function seeFrames(tools: SeeingTools, { qualityLimits: limits }: ModelManifest): Promise<FrameObservation[]> {
  const source = { kind: 'recording', path: recording, pace: 'fast', repeat: 'once', framesPerSecond: 10 } as const;
  const camera = openCamera('demo', source, { clock: systemClock, timers: systemTimers, everyFrame: true });
  const seen: FrameObservation[] = [];
  try {
    for (;;) {
      const frame = await camera.next(seen.at(-1)?.sequence ?? 0);
      if (!frame) return seen;
      seen.push(await observeFrame(frame, tools, { zone: captureZone, limits }));
    }
  } finally {
    await camera.close();
  }
}

async function seeStills(tools: SeeingTools, { qualityLimits: limits }: ModelManifest) {
  const zone = zoneBetween(0, 1);
  const stills = new Map<string, FrameObservation>();
  for (const { who, file } of sceneList.stills) {
    const picture = await decodeStill(readFileSync(join(folder, file)));
    const frame = { ...picture, cameraId: 'still', sequence: 0, capturedAtMs: 0 };
    stills.set(who, await observeFrame(frame, tools, { zone, limits }));
  }
  return stills;
}

function zoneBetween(left: number, right: number): CaptureZone {
  const corners = [
    { x: left, y: 0 },
    { x: right, y: 0 },
    { x: right, y: 1 },
    { x: left, y: 1 },
  ];
  return { polygon: corners };
}
