import type { PadCue, PadLight, PadThresholds } from '../core/index.js';

export interface PadFusionSettings extends PadThresholds {
  /** Fewer frames decide nothing: a single good frame never passes. */
  readonly minFrames: number;
  /** Share of the lowest and of the highest values left out before averaging. */
  readonly trim: number;
  /** Every one of these must be assessed; what they say together decides. */
  readonly countedCues: readonly PadCue['cue'][];
}

export interface FusedCue {
  readonly cue: PadCue['cue'];
  readonly state: PadCue['state'];
  readonly counted: boolean;
  readonly framesAssessed: number;
  readonly bonaFideLikelihood?: number;
  /** Anything but `good` when most frames had no good light; then what most of those had. */
  readonly light: PadLight;
  readonly evidence: string;
}

export interface PadDecision {
  readonly outcome: 'bona-fide' | 'attack' | 'undecided';
  /** What all counted cues that were assessed say together. */
  readonly bonaFideLikelihood?: number;
  readonly cues: readonly FusedCue[];
}

export interface PadFusionMode {
  /** A rendered recording: what it moves like says nothing. Every other cue counts as always. */
  readonly demonstration: boolean;
  /** Every cue there is counts, not only those that the pack names. */
  readonly strict: boolean;
}

/**
 * Fuses the cues of all usable frames of one verification (one list per frame, in order of time).
 *
 * Each cue's frames become one likelihood, the counted cues' likelihoods one sum of log odds: cues that look at different
 * things (the skin's texture, the edges around it) err for different reasons. Doubt stays doubt: a counted cue that is
 * missing, unavailable or speaks against the person, or a sum between the thresholds, leaves the outcome undecided, and in
 * poor light nobody is called an attacker.
 */
export function fusePad(
  frames: readonly (readonly PadCue[])[],
  settings: PadFusionSettings,
  mode: PadFusionMode,
): PadDecision {
  const names = new Set([...settings.countedCues, ...frames.flatMap((cues) => cues.map(({ cue }) => cue))]);
  const cues = [...names].map((name) => fuseCue(name, frames, settings, mode));
  const counted = cues.filter((cue) => cue.counted);
  const together = likelihoodOf(counted);
  if (together === undefined) return { outcome: 'undecided', cues };
  return { outcome: outcomeOf(counted, together, settings), bonaFideLikelihood: together, cues };
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
    return { cue, state: 'not-assessed', counted: false, framesAssessed: 0, light: 'good', evidence };
  }
  const seen = frames.flatMap((cues) => cues.filter((candidate) => candidate.cue === cue));
  const values = seen.flatMap(likelihoodsIn);
  const known = { cue, counted, framesAssessed: values.length, light: lightOf(seen) };
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

function lightOf(seen: readonly PadCue[]): PadLight {
  const little = seen.filter(({ light }) => light === 'too-little').length;
  const much = seen.filter(({ light }) => light === 'too-much').length;
  if ((little + much) * 2 <= seen.length) return 'good';
  return little >= much ? 'too-little' : 'too-much';
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

/** Undefined when no cue was assessed. */
function likelihoodOf(cues: readonly FusedCue[]): number | undefined {
  const known = cues.flatMap(({ bonaFideLikelihood }) =>
    bonaFideLikelihood === undefined ? [] : [bonaFideLikelihood],
  );
  if (known.length === 0) return undefined;
  const logOdds = known.reduce((sum, likelihood) => sum + logOddsOf(likelihood), 0);
  return 1 / (1 + Math.exp(-logOdds));
}

/** No cue is surer than this, so that none outweighs every other: an unmistakable border stays an objection. */
const surest = 0.98;

function logOddsOf(likelihood: number): number {
  const bounded = Math.max(1 - surest, Math.min(surest, likelihood));
  return Math.log(bounded / (1 - bounded));
}

function outcomeOf(
  counted: readonly FusedCue[],
  together: number,
  { bonaFideAtLeast, attackAtMost }: PadThresholds,
): PadDecision['outcome'] {
  if (together <= attackAtMost) return counted.every(({ light }) => light === 'good') ? 'attack' : 'undecided';
  const allInFavour = counted.every(({ state, bonaFideLikelihood = 0 }) => {
    return state === 'assessed' && bonaFideLikelihood >= evenOdds;
  });
  return allInFavour && together >= bonaFideAtLeast ? 'bona-fide' : 'undecided';
}

/**
 * Below it a cue speaks against the person, and then no other outvotes it. Cues err for different reasons, so each is
 * fooled surely where it is fooled at all: a photograph that is printed well and fills the picture has a texture of 0.9
 * in every frame, and all that tells it from a face is that nothing can be seen around it.
 */
const evenOdds = 0.5;
