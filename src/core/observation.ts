/** What the seeing half of the walk says about one frame. It holds no pixel; the probe is the only biometric in it. */
import type { Box, FivePoints } from './picture.js';

/** Why a frame is of no use for comparison (closed list; ISO/IEC 29794-5 in spirit, no conformance claimed). */
export const qualityReasons = [
  'no-face-in-zone',
  'several-faces-in-zone',
  'face-too-small',
  'face-cut-off',
  'face-blurred',
  'face-too-dark',
  'face-too-bright',
  'face-low-contrast',
  'picture-noisy',
  'face-turned-away',
] as const;
export type QualityReason = (typeof qualityReasons)[number];

/** One measure of picture quality in its natural unit, with the 0..100 component value ISO/IEC 29794-5 speaks of. */
export interface QualityMeasure {
  readonly name:
    | 'interEyeDistance'
    | 'sharpness'
    | 'luminance'
    | 'contrast'
    | 'noise'
    | 'yaw'
    | 'pitch'
    | 'roll'
    | 'margin';
  readonly value: number;
  readonly unit: 'px' | 'ratio' | 'deg';
  readonly component: number;
  readonly reason?: QualityReason;
}

export interface QualityAssessment {
  readonly acceptable: boolean;
  /** 0 (useless) to 100 (ideal): the lowest component. */
  readonly unified: number;
  readonly reasons: readonly QualityReason[];
  readonly measures: readonly QualityMeasure[];
}

export const padCueNames = ['texture-model', 'surround', 'planar-motion'] as const;
export type PadCueName = (typeof padCueNames)[number];

/** How a cue finds the light: noise counts as too little of it. */
export type PadLight = 'good' | 'too-little' | 'too-much';

/** One cue of presentation attack detection on one frame (or on the frames so far). */
export interface PadCue {
  readonly cue: PadCueName;
  /** `not-assessed`: this recording cannot answer; `unavailable`: the cue failed or lacks evidence so far. */
  readonly state: 'assessed' | 'not-assessed' | 'unavailable';
  /** 0 attack .. 1 bona fide; only when assessed. */
  readonly bonaFideLikelihood?: number;
  readonly evidence: string;
  /** In anything but good light nobody is called an attacker; a cue that says nothing of light needs none. */
  readonly light?: PadLight;
}

/** A unit-length feature vector of one face in one frame; wiped by whoever holds it last. */
export interface Probe {
  readonly modelId: string;
  readonly vector: Float32Array;
}

export interface FaceObservation {
  readonly box: Box;
  readonly points: FivePoints;
  readonly detectionLikelihood: number;
  readonly quality: QualityAssessment;
  readonly pad: readonly PadCue[];
  /**
   * Natural log odds of closed over open eyes. Only for an active challenge, which may ask to close them; nothing else
   * is ever derived from it, tiredness and attention least of all (D11).
   */
  readonly eyesClosedLogOdds?: number;
  /** Only for a frame of acceptable quality with exactly one face in the zone. */
  readonly probe?: Probe;
}

export interface FrameObservation {
  readonly cameraId: string;
  readonly sequence: number;
  /** Monotonic. */
  readonly capturedAtMs: number;
  readonly positionMs?: number;
  readonly frameWidth: number;
  readonly frameHeight: number;
  /** Dropped at detection: nothing else was ever computed from them (D18, M13.2). */
  readonly facesOutsideZone: number;
  readonly facesInZone: number;
  /** Present when exactly one face was in the zone. */
  readonly face?: FaceObservation;
  /** Why there is no `face`, or why the face there is cannot be compared. */
  readonly reasons: readonly QualityReason[];
}
