import type { ModelManifest } from '../inference/index.js';
import type { PadFigures, PadWindow } from './figures.js';
import { bonaFideSpecies } from './samples.js';

export interface PadProposal {
  readonly state: 'measured' | 'insufficient';
  /** Stands in the manifest beside the thresholds. */
  readonly evaluation: string;
  readonly bonaFideAtLeast: number;
  readonly attackAtMost: number;
  /** What is looser than today, in words. */
  readonly loosened: readonly string[];
}

/** The rule of 3 needs as many recordings of a class to speak of a rate of 10 %. */
const fewestRecordings = 30;
/** A threshold outside of this decides everything, or nothing. */
const least = 0.05;
const most = 0.95;
const grid = 100;

/**
 * Thresholds that lie `margin` above every attack's window and `margin` below every bona fide one's: set with a margin,
 * not fitted. Where the two overlap the bona fide threshold stays above the attacks, and genuine people pay with a PIN.
 * Derived recordings count here: they may only make the thresholds stricter.
 *
 * @returns undefined without a bona fide and an attack window that a cue spoke in.
 */
export function proposePad(
  figures: PadFigures,
  evaluationId: string,
  today: ModelManifest['padThresholds'],
  margin: number,
): PadProposal | undefined {
  const original = figures.recordings.filter(({ judged, derived }) => judged === 'windows' && derived === undefined);
  const bonaFide = original.filter(({ species }) => species === bonaFideSpecies);
  const attacks = figures.recordings.filter(
    ({ judged, species }) => judged === 'windows' && species !== bonaFideSpecies,
  );
  const highestAttack = Math.max(...attacks.flatMap(({ windows }) => likelihoods(windows)));
  const lowestBonaFide = Math.min(...bonaFide.flatMap(({ windows }) => likelihoods(windows)));
  if (!Number.isFinite(highestAttack) || !Number.isFinite(lowestBonaFide)) return undefined;
  const attackRecordings = attacks.filter(({ derived }) => derived === undefined).length;
  const enough = Math.min(bonaFide.length, attackRecordings) >= fewestRecordings;
  const proposed = thresholdsBetween(highestAttack + margin, lowestBonaFide - margin);
  // From too few recordings a threshold may become stricter, never looser, and nobody is called an attacker sooner.
  const { bonaFideAtLeast, attackAtMost } = enough
    ? proposed
    : {
        bonaFideAtLeast: Math.max(proposed.bonaFideAtLeast, today.bonaFideAtLeast),
        attackAtMost: today.attackAtMost,
      };
  const counts = `${bonaFide.length} bona fide and ${attackRecordings} attack recordings`;
  const said = enough
    ? counts
    : `insufficient: ${counts}, ${fewestRecordings} of each are needed to state a rate; nothing was made looser for it`;
  const seen = `Windows of ${figures.windowMs / 1000} s: bona fide from ${lowestBonaFide.toFixed(2)}, attacks up to ${highestAttack.toFixed(2)}; margin ${margin}.`;
  return {
    state: enough ? 'measured' : 'insufficient',
    evaluation: `${evaluationId}: ${said}. ${seen}`,
    bonaFideAtLeast,
    attackAtMost,
    loosened: [
      ...looser('bonaFideAtLeast', bonaFideAtLeast, today.bonaFideAtLeast),
      ...looser('attackAtMost', attackAtMost, today.attackAtMost),
    ],
  };
}

function thresholdsBetween(aboveAttacks: number, belowBonaFide: number) {
  const bonaFideAtLeast = clamped(Math.ceil(aboveAttacks * grid) / grid);
  const below = Math.round((bonaFideAtLeast - 1 / grid) * grid) / grid;
  return { bonaFideAtLeast, attackAtMost: Math.min(below, clamped(Math.floor(belowBonaFide * grid) / grid)) };
}

/** Lower is looser for both: more is granted, or an attack stays undecided and may try on. */
function looser(name: string, value: number, today: number): string[] {
  return value < today ? [`attack detection: ${name} ${value}, today ${today}`] : [];
}

function likelihoods(windows: readonly PadWindow[]): number[] {
  return windows.flatMap(({ bonaFideLikelihood }) => (bonaFideLikelihood === undefined ? [] : [bonaFideLikelihood]));
}

function clamped(threshold: number): number {
  return Math.max(least, Math.min(most, threshold));
}
