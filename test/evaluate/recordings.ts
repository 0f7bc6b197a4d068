import type { PadLight, QualityReason } from '#menshen/core/index.js';
import type { PadSettings, PresentationRecording } from '#menshen/evaluate/index.js';

export const padSettings: PadSettings = {
  evaluation: 'none: this is a test',
  bonaFideAtLeast: 0.75,
  attackAtMost: 0.35,
  minFrames: 10,
  trim: 0.2,
  countedCues: ['texture-model'],
  framesPerSecond: 10,
  strict: false,
};

interface How {
  readonly everyMs?: number;
  readonly usable?: (index: number) => boolean;
  readonly derived?: string;
  /** Why the unusable ones cannot be used. */
  readonly reason?: QualityReason;
  readonly light?: PadLight;
}

/** A recording whose frames have these likelihoods, one after the other. */
export function recorded(
  file: string,
  species: string,
  likelihoods: readonly number[],
  { everyMs = 100, usable = () => true, derived, reason = 'face-blurred', light = 'good' }: How = {},
): PresentationRecording {
  return {
    file,
    species,
    ...(derived === undefined ? {} : { derived }),
    frames: likelihoods.map((bonaFideLikelihood, index) => ({
      atMs: index * everyMs,
      pad: [{ cue: 'texture-model', state: 'assessed', bonaFideLikelihood, light, evidence: 'made up' }],
      reasons: usable(index) ? [] : [reason],
    })),
  };
}
