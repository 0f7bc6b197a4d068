/** How a person is guided before the camera: closed words and an outline from geometry, never the camera's picture. */
import type { QualityReason } from './observation.js';
import type { Box } from './picture.js';

export const guidanceCodes = [
  'look-at-the-camera',
  'come-closer',
  'one-person-only',
  'more-light',
  'less-light',
  'hold-still',
  'face-the-camera',
  'step-into-the-picture',
  /** Prompts of an active challenge: left and right are the person's own; eyes are closed for a moment, then open. */
  'turn-left',
  'turn-right',
  'come-nearer',
  'close-eyes',
] as const;
export type Guidance = (typeof guidanceCodes)[number];

/** What a person can do about a frame that is of no use. */
export const guidanceOf: Readonly<Record<QualityReason, Guidance>> = {
  'no-face-in-zone': 'look-at-the-camera',
  'several-faces-in-zone': 'one-person-only',
  'face-too-small': 'come-closer',
  'face-cut-off': 'step-into-the-picture',
  'face-blurred': 'hold-still',
  'face-too-dark': 'more-light',
  'face-too-bright': 'less-light',
  'face-low-contrast': 'more-light',
  'picture-noisy': 'more-light',
  'face-turned-away': 'face-the-camera',
};

/** Where the one face in the zone is; nothing of anybody else. */
export interface FaceOutline {
  /** In 0..1 of the picture, mirrored as in a mirror. */
  readonly box?: Box;
  /** Pixels between the eyes over what the site asks for at least: below 1 the person is too far away. */
  readonly nearness?: number;
}

/** What a screen may draw of an act that is running; gone with it. */
export interface FaceGuide extends FaceOutline {
  /** Absent: nothing to correct. */
  readonly code?: Guidance;
  /** Usable frames of this face over those wanted, 0..1. Says nothing of any comparison. */
  readonly progress: number;
}
