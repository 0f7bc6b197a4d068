import type { Box, PadCue, Picture } from '../core/index.js';
import { luminanceOf } from '../pixels/index.js';
import { bordersIn } from './borders.js';
import { surroundingsIn } from './surroundings.js';

/** Completeness of the poorer border: up to here it is what hair, collars and rooms give, ... */
const ordinary = 0.7;
/** ... from here on nothing but a border was seen to give it, framed photographs among the press pictures included. */
const border = 0.92;
/** No border is weak evidence for a person: it may lie outside the picture, ... */
const noBorderLikelihood = 0.6;
/** ... the more so when little of the surroundings is inside. */
const nothingVisibleLikelihood = 0.4;
/** Nothing but a presentation has edges where shoulders should hide them: strong evidence. */
const nearBorderLikelihood = 0.05;
/** Further out somebody may stand before a door: evidence that only a good texture outweighs. */
const borderLikelihood = 0.12;

/**
 * What surrounds the face in one frame: the edges of a phone, a screen or a print (see borders.ts).
 *
 * Measured as the completeness of the best pair: of 495 press photographs (their black padding left out) 95 % stay below
 * 0.68 and all but four below 0.85, two of which are framed pictures; a genuine recording stays below 0.6; a screen and a
 * phone replay have medians of 0.98 and 1.00, some of them in dim, over-exposed and compressed versions. A presentation so near that
 * its edges are outside the picture shows none: other cues must see it.
 *
 * @param luminance mean luminance of the box, for whoever knows it.
 */
export function assessSurround(picture: Picture, box: Box, luminance?: number): PadCue {
  const surroundings = surroundingsIn(picture, box);
  const mean = surroundings === undefined ? 0 : (luminance ?? luminanceOf(picture, box).mean);
  if (surroundings === undefined || !(mean > 0)) {
    return { cue: 'surround', state: 'unavailable', evidence: 'nothing can be seen around the face' };
  }
  const { nearPair, pair, visible } = bordersIn(surroundings, mean);
  surroundings.grey.fill(0);
  if (!visible) return assessed(nothingVisibleLikelihood, 'the face fills the picture: an edge could be outside it');
  const likelihood = Math.min(likelihoodOf(nearPair, nearBorderLikelihood), likelihoodOf(pair, borderLikelihood));
  if (likelihood === noBorderLikelihood) return assessed(likelihood, 'no pair of straight edges beside the face');
  return assessed(likelihood, 'two parallel straight edges beside the face, as of a screen or a print');
}

/** From that of no border to that of a complete one. */
function likelihoodOf(completeness: number, ofABorder: number): number {
  const share = Math.max(0, Math.min(1, (completeness - ordinary) / (border - ordinary)));
  return noBorderLikelihood + share * (ofABorder - noBorderLikelihood);
}

function assessed(bonaFideLikelihood: number, evidence: string): PadCue {
  return { cue: 'surround', state: 'assessed', bonaFideLikelihood, evidence };
}
