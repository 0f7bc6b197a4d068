import type {
  CaptureZone,
  FaceObservation,
  Frame,
  FrameObservation,
  QualityLimits,
  QualityReason,
} from '../core/index.js';
import {
  createDetector,
  createLandmarkFinder,
  type DetectedFace,
  type FaceDetector,
  type LandmarkFinder,
  splitByZone,
} from '../detect/index.js';
import { createEmbedder, type Embedder } from '../embed/index.js';
import type { Models } from '../inference/index.js';
import {
  assessSurround,
  createEyeState,
  createTextureCue,
  type EyeState,
  type PlanarMotionCue,
  type TextureCue,
} from '../pad/index.js';
import { luminanceOf, wipe } from '../pixels/index.js';
import { assessQuality } from '../quality/index.js';

/** What a frame's walk needs that lasts longer than one verification. */
export interface SeeingTools {
  readonly detector: FaceDetector;
  readonly landmarks: LandmarkFinder;
  readonly texture: TextureCue;
  readonly embedder: Embedder;
  /** Undefined where the pack has no model for it. */
  readonly eyes?: EyeState | undefined;
}

/** What belongs to one verification. */
export interface SeeingRequest {
  readonly zone: CaptureZone;
  readonly limits: QualityLimits;
  /** Holds the shapes of this verification's earlier frames; left out for a single still. */
  readonly motion?: PlanarMotionCue;
  /** For an active challenge alone: whether the eyes are closed is looked at (two runs of a small model a frame). */
  readonly eyes?: boolean;
}

export function createSeeingTools(models: Models): SeeingTools {
  return {
    detector: createDetector(models),
    landmarks: createLandmarkFinder(models),
    texture: createTextureCue(models),
    embedder: createEmbedder(models),
    eyes: createEyeState(models),
  };
}

/**
 * One frame's walk: detect, zone, quality, presentation attack detection, embed. Whatever comes of it, the frame's
 * pixels are wiped; the probe, if there is one, is the caller's to wipe.
 *
 * From faces outside the zone, and from several inside, nothing is computed beyond their boxes. Error:
 * `inference-failed`.
 */
export async function observeFrame(
  frame: Frame,
  tools: SeeingTools,
  request: SeeingRequest,
): Promise<FrameObservation> {
  try {
    const faces = await tools.detector.detect(frame);
    const { inside, outside } = splitByZone(faces, request.zone, frame.width, frame.height);
    const seen = { ...headOf(frame), facesOutsideZone: outside, facesInZone: inside.length };
    const [only, second] = inside;
    if (!only) return { ...seen, reasons: ['no-face-in-zone'] };
    if (second) return { ...seen, reasons: ['several-faces-in-zone'] };
    const face = await observeFace(frame, only, tools, request);
    return { ...seen, face, reasons: face.quality.reasons };
  } finally {
    wipe(frame);
  }
}

function headOf({ cameraId, sequence, capturedAtMs, positionMs, width, height }: Frame) {
  const reasons: readonly QualityReason[] = [];
  const head = { cameraId, sequence, capturedAtMs, frameWidth: width, frameHeight: height, reasons };
  return positionMs === undefined ? head : { ...head, positionMs };
}

async function observeFace(
  frame: Frame,
  detected: DetectedFace,
  tools: SeeingTools,
  { limits, motion, eyes = false }: SeeingRequest,
): Promise<FaceObservation> {
  const located = await tools.landmarks.locate(frame, detected);
  const { box, points, detectionLikelihood } = located;
  const quality = assessQuality(frame, located, limits);
  if (!quality.acceptable) return { box, points, detectionLikelihood, quality, pad: [] };
  const noise = quality.measures.find(({ name }) => name === 'noise')?.value ?? Number.NaN;
  // Both before the model of the other cue runs, which takes the frame's pixels out of the processor's cache.
  const { mean: luminance } = luminanceOf(frame, box);
  const surround = assessSurround(frame, box, luminance);
  const aligned = tools.embedder.align(frame, points);
  try {
    const texture = await tools.texture.assess(frame, box, { turn: frame.sequence, noise, luminance });
    const still = [texture, surround];
    const pad = motion ? [...still, motion.add(located.landmarks)] : still;
    const closed = eyes ? await tools.eyes?.closedLogOdds(frame, points) : undefined;
    const probe = await aligned.embed();
    const seen = { box, points, detectionLikelihood, quality, pad, probe };
    return closed === undefined ? seen : { ...seen, eyesClosedLogOdds: closed };
  } finally {
    aligned.giveBack();
  }
}
