import type { PadCue, PadThresholds } from '../core/index.js';

export interface PadFusionSettings extends PadThresholds {
  /** Fewer frames decide nothing: a single good frame never passes. */
  readonly minFrames: number;
  /** Share of the lowest and of the highest values left out before averaging. */
  readonly trim: number;
  /** Every one of these must speak for a bona fide presentation; any one of them can speak for an attack. */
  readonly countedCues: readonly PadCue['cue'][];
}

export interface FusedCue {
  readonly cue: PadCue['cue'];
  readonly state: PadCue['state'];
  readonly counted: boolean;
  readonly framesAssessed: number;
  readonly bonaFideLikelihood?: number;
  readonly evidence: string;
}

export interface PadDecision {
  readonly outcome: 'bona-fide' | 'attack' | 'undecided';
  readonly cues: readonly FusedCue[];
}

export interface PadFusionMode {
  /** A rendered recording: what it moves like says nothing. Every other cue counts as always. */
  readonly demonstration: boolean;
  /** Every cue there is must be assessed and speak for a bona fide presentation, not only those the pack counts. */
  readonly strict: boolean;
}

/**
 * Fuses the cues of all usable frames of one verification (one list per frame, in order of time).
 *
 * Doubt stays doubt: a counted cue that is missing, unavailable or between the thresholds leaves the outcome undecided.
 */
export function fusePad(
  frames: readonly (readonly PadCue[])[],
  settings: PadFusionSettings,
  mode: PadFusionMode,
): PadDecision {
  const names = new Set([...settings.countedCues, ...frames.flatMap((cues) => cues.map(({ cue }) => cue))]);
  const cues = [...names].map((name) => fuseCue(name, frames, settings, mode));
  return { outcome: outcomeOf(cues, settings), cues };
}

/** Cues that look at how a presentation moves, which a rendered recording cannot answer. */
const temporalCues: readonly PadCue['cue'][] = ['planar-motion'];

function fuseCue(
  cue: PadCue['cue'],
  frames: readonly (readonly PadCue[])[],
  settings: PadFusionSettings,
  { demonstration, strict }: PadFusionMode,
): FusedCue {
  const counted = strict || settings.countedCues.includes(cue);
  if (demonstration && temporalCues.includes(cue)) {
    const evidence = 'a rendered recording cannot answer this cue';
    return { cue, state: 'not-assessed', counted: false, framesAssessed: 0, evidence };
  }
  const seen = frames.flatMap((cues) => cues.filter((candidate) => candidate.cue === cue));
  const values = seen.flatMap(likelihoodsIn);
  const known = { cue, counted, framesAssessed: values.length };
  // Measured against every frame: a cue that speaks only when it suits an attacker has not spoken.
  if (values.length < settings.minFrames || values.length * 2 < frames.length) {
    const last = seen.at(-1);
    const why = last && last.state !== 'assessed' ? `; last: ${last.evidence}` : '';
    const evidence = `${values.length} of ${frames.length} frames assessed, at least ${settings.minFrames} needed${why}`;
    return { ...known, state: 'unavailable', evidence };
  }
  const evidence = `trimmed mean over ${values.length} frames`;
  return { ...known, state: 'assessed', bonaFideLikelihood: trimmedMean(values, settings.trim), evidence };
}

function likelihoodsIn({ state, bonaFideLikelihood }: PadCue): number[] {
  const usable = state === 'assessed' && bonaFideLikelihood !== undefined;
  return usable && bonaFideLikelihood >= 0 && bonaFideLikelihood <= 1 ? [bonaFideLikelihood] : [];
}

function trimmedMean(values: readonly number[], trim: number): number {
  const cut = Math.floor(values.length * trim);
  const kept = [...values].sort((one, other) => one - other).slice(cut, values.length - cut);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}

function outcomeOf(cues: readonly FusedCue[], thresholds: PadThresholds): PadDecision['outcome'] {
  const counted = cues.filter((cue) => cue.counted);
  const speaksForAttack = ({ bonaFideLikelihood }: FusedCue) =>
    bonaFideLikelihood !== undefined && bonaFideLikelihood <= thresholds.attackAtMost;
  const speaksForBonaFide = ({ bonaFideLikelihood }: FusedCue) =>
    bonaFideLikelihood !== undefined && bonaFideLikelihood >= thresholds.bonaFideAtLeast;
  if (counted.some(speaksForAttack)) return 'attack';
  return counted.length > 0 && counted.every(speaksForBonaFide) ? 'bona-fide' : 'undecided';
}
