/**
 * What the daemon and its recognition process say to each other. No pixel crosses, and a probe crosses only as
 * ciphertext under a key that the two agreed on (X25519) and that dies with them.
 */
import type { CameraFaultLimits, CameraSource } from '../capture/index.js';
import type {
  CameraHealth,
  CaptureZone,
  ErrorCode,
  FrameObservation,
  ImpostorModel,
  PadThresholds,
  QualityLimits,
  ThresholdTable,
} from '../core/index.js';
import type { EyeLimits, PadFusionSettings } from '../pad/index.js';
import type { EgressRefusal } from '../platform/index.js';

export interface CameraSettings {
  readonly cameraId: string;
  readonly source: CameraSource;
  readonly zone: CaptureZone;
}

export interface VisionSettings {
  readonly packFolder: string;
  readonly cameras: readonly CameraSettings[];
  /** Overrides the pack's own limit; keeps far-away people out. */
  readonly minInterEyeDistancePx?: number;
  readonly ffmpegPath?: string;
  /** SHA-256 of the one manifest that may be loaded, or why none may; absent: any whose files are right. */
  readonly signedManifest?: { readonly sha256: string } | { readonly refused: ErrorCode; readonly why: string };
  /** When pictures that arrive count as black, covered or frozen. */
  readonly faultLimits: CameraFaultLimits;
}

export type ToVision =
  | { readonly type: 'configure'; readonly settings: VisionSettings; readonly publicKey: Uint8Array }
  /** People have been told (M5.0): from now on cameras may be open. */
  | { readonly type: 'open-cameras' }
  | { readonly type: 'watch'; readonly watchId: string; readonly cameraId: string; readonly eyes: boolean }
  | { readonly type: 'stop'; readonly watchId: string }
  | { readonly type: 'still'; readonly requestId: string; readonly encoded: Uint8Array };

/** An observation whose probe was taken out and sealed. */
export interface SealedObservation {
  readonly observation: FrameObservation;
  readonly probe?: { readonly modelId: string; readonly sealed: Uint8Array };
}

/** What the daemon must know of the model pack to compare and decide; it never loads a model itself. */
export interface PackFacts {
  readonly packId: string;
  /** SHA-256 of the manifest, and so of files, settings and thresholds. */
  readonly packHash: string;
  readonly modelId: string;
  /** What its models are for (D11). */
  readonly roles: readonly string[];
  readonly dimensions: number;
  readonly thresholds: readonly ThresholdTable[];
  /** Absent: similarities are plain cosines. */
  readonly impostorModel?: ImpostorModel;
  readonly pad: PadFusionSettings & PadThresholds;
  /** Absent: the pack cannot tell closed eyes from open ones, and nobody is asked to close them. */
  readonly eyes?: EyeLimits;
  readonly limits: QualityLimits;
}

export type FromVision =
  | { readonly type: 'ready'; readonly facts: PackFacts; readonly publicKey: Uint8Array }
  | { readonly type: 'observation'; readonly watchId: string; readonly seen: SealedObservation }
  | { readonly type: 'still-seen'; readonly requestId: string; readonly seen: SealedObservation }
  | {
      readonly type: 'failed';
      readonly requestId?: string;
      readonly code: ErrorCode;
      readonly detail: string;
      /** This process will never decode a picture; the next one may. */
      readonly decoderLost?: true;
    }
  /** Something in the recognition process wanted to reach beyond the listed addresses (M8.2). */
  | { readonly type: 'egress-refused'; readonly refusal: EgressRefusal }
  | { readonly type: 'cameras'; readonly cameras: readonly CameraHealth[] };
