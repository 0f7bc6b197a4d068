/** What an evaluation says to its workers. A probe crosses only as ciphertext under the run's key. */
import type { PadCue, QualityReason } from '../../core/index.js';

export type ToWorker =
  | {
      readonly type: 'open';
      readonly packFolder: string;
      readonly publicKey: Uint8Array;
      readonly ffmpegPath?: string;
    }
  /** The run's key, sealed under the agreed one. */
  | { readonly type: 'key'; readonly sealed: Uint8Array }
  | { readonly type: 'task'; readonly task: Task };

export type Task =
  | { readonly kind: 'picture'; readonly file: string; readonly path: string }
  | { readonly kind: 'recording'; readonly file: string; readonly path: string; readonly still: boolean };

export type FromWorker =
  | { readonly type: 'opened'; readonly publicKey: Uint8Array }
  | { readonly type: 'done'; readonly result: TaskResult; readonly peakMiB: number }
  | { readonly type: 'failed'; readonly code: string; readonly detail: string };

/** Milliseconds that each step took, on one thread of this machine. */
export type StepTimes = Readonly<Record<string, number>>;

export interface PictureResult {
  readonly kind: 'picture';
  readonly file: string;
  readonly path: string;
  /** The unit vector, sealed; absent when no face could be acquired. */
  readonly sealed?: Uint8Array;
  readonly failure?: string;
  readonly quality?: number;
  readonly times: StepTimes;
}

export interface SeenFrame {
  readonly atMs: number;
  readonly pad: readonly PadCue[];
  readonly reasons: readonly QualityReason[];
}

export interface RecordingResult {
  readonly kind: 'recording';
  readonly file: string;
  readonly path: string;
  readonly frames: readonly SeenFrame[];
  readonly failure?: string;
  readonly times: StepTimes;
}

export type TaskResult = PictureResult | RecordingResult;

/** What a sealed vector is bound to. */
export const boundTo = (file: string): string => `menshen:evaluation:${file}`;
