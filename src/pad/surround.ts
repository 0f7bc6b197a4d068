import type { Box, PadCue, Picture } from '../core/index.js';
import { luminanceOf } from '../pixels/index.js';
import { bordersIn } from './borders.js';
import { surroundingsIn } from './surroundings.js';

/** Completeness of the poorer border: up to here it is what hair, collars and rooms give, ... */
const ordinary = 0.78;
/** ... from here on nothing but a border was seen to give it, framed photographs among the press pictures included. */
const border = 0.94;
/** No border is weak evidence for a person: it may lie outside the picture, ... */
const noBorderLikelihood = 0.6;
/** ... the more so when little of the surroundings is inside. */
const nothingVisibleLikelihood = 0.4;
/** A border is strong evidence, and yet somebody may stand before a narrow window. */
const borderLikelihood = 0.05;

/**
 * What surrounds the face in one frame: the edges of a phone, a screen or a print (see borders.ts).
 *
 * Measured as the completeness of the best pair: 99 % of 495 press photographs of people stay below 0.88 (two of the
 * four above it are framed pictures), a genuine recording stays at 0; a screen and a phone replay have medians of 0.98
 * and 1.00. A presentation so near that its edges are outside the picture shows none: other cues must see it.
 */
export function assessSurround(picture: Picture, box: Box): PadCue {
  const surroundings = surroundingsIn(picture, box);
  const { mean } = luminanceOf(picture, box);
  if (surroundings === undefined || !(mean > 0)) {
    return { cue: 'surround', state: 'unavailable', evidence: 'nothing can be seen around the face' };
  }
  const { pair, visible } = bordersIn(surroundings, mean);
  surroundings.grey.fill(0);
  if (!visible) return assessed(nothingVisibleLikelihood, 'the face fills the picture: an edge could be outside it');
  const share = Math.max(0, Math.min(1, (pair - ordinary) / (border - ordinary)));
  const likelihood = noBorderLikelihood + share * (borderLikelihood - noBorderLikelihood);
  if (share === 0) return assessed(likelihood, 'no pair of straight edges beside the face');
  return assessed(likelihood, 'two parallel straight edges beside the face, as of a screen or a print');
}

function assessed(bonaFideLikelihood: number, evidence: string): PadCue {
  return { cue: 'surround', state: 'assessed', bonaFideLikelihood, evidence };
}
