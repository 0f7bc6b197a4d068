import type { Box, PadCue, PadLight, Picture } from '../core/index.js';
import type { Models } from '../inference/index.js';
import { createTensorPool, layoutOf, luminanceOf, resampleToTensor } from '../pixels/index.js';

export interface TextureConditions {
  /** Which of the pack's crops this frame takes: a camera's frame number will do, whatever its stride. */
  readonly turn?: number;
  /** The sensor's noise over the face's mean luminance, as `quality` measures it. */
  readonly noise?: number;
  /** Mean luminance of the box, for whoever knows it. */
  readonly luminance?: number;
}

export interface TextureCue {
  /** Looks at one frame's face and its surroundings for the texture of a screen or a print. Error: `inference-failed`. */
  assess(picture: Picture, box: Box, conditions?: TextureConditions): Promise<PadCue>;
}

/**
 * The pack's still-frame model, one crop a frame. Crops of 2.3 and 4 in turn did what three at once did, for a third of
 * the time: the phone replay's highest trimmed mean over 2 s is 0.33 instead of 0.43, the genuine recording's lowest is
 * 0.82 either way.
 *
 * In the dark and in noise the model is no witness. Dim and smoothed video of a genuine person falls to 0.25, and noise
 * of 0.05 of the luminance lifts a phone replay from 0.1 to 0.9: there the cue says nothing.
 */
export function createTextureCue(models: Models): TextureCue {
  const spec = models.spec('pad');
  const layout = layoutOf(spec.input);
  const tensors = createTensorPool(layout);
  const { bonaFideIndex, cropGrowths, targetLuminance, maxGain, maxNoise, goodGain, goodNoise } = spec.settings;
  const likelihoodOf = async (picture: Picture, crop: Box, gain: number): Promise<number> => {
    const input = tensors.borrow();
    try {
      resampleToTensor(picture, crop, layout, input, { gain });
      const logits = (await models.run('pad', input))[spec.outputs.logits] ?? new Float32Array(0);
      return softmaxAt(logits, bonaFideIndex);
    } finally {
      tensors.giveBack(input);
    }
  };
  return {
    async assess(picture, box, { turn = 0, noise = 0, luminance = luminanceOf(picture, box).mean } = {}) {
      // A linear gain, because the model was trained on well-lit faces and takes dim ones for attacks (models.md).
      const gain = targetLuminance / luminance;
      if (!(gain <= maxGain)) return tooPoor('the face is too dark');
      if (!(noise <= maxNoise)) return tooPoor('the picture is too noisy');
      const crop = surroundingsOf(box, picture, inTurn(growthsIn(picture, box, cropGrowths), turn));
      const dim = gain > goodGain.atMost || noise > goodNoise;
      const light = dim ? 'too-little' : gain < goodGain.atLeast ? 'too-much' : 'good';
      return cueOf(await likelihoodOf(picture, crop, gain), light);
    },
  };
}

/** Multiples of the golden ratio fall evenly between 0 and 1 whatever their stride: no camera's pace favours a crop. */
function inTurn(growths: readonly number[], turn: number): number {
  const place = Number.isFinite(turn) ? (turn * goldenRatio) % 1 : 0;
  return growths[Math.floor(Math.abs(place) * growths.length)] ?? 1;
}

const goldenRatio = 0.618033988749895;

/** A face that fills the picture leaves no room for the larger crops: the same crop is then looked at once. */
function growthsIn(picture: Picture, box: Box, growths: readonly number[]): number[] {
  const most = Math.min(picture.width / box.width, picture.height / box.height);
  return [...new Set(growths.map((growth) => Math.min(growth, most)))];
}

/** The box grown about its centre, then shifted to lie inside the picture. */
function surroundingsOf(box: Box, picture: Picture, factor: number): Box {
  const width = box.width * factor;
  const height = box.height * factor;
  return {
    x: clamp(box.x + (box.width - width) / 2, picture.width - width),
    y: clamp(box.y + (box.height - height) / 2, picture.height - height),
    width,
    height,
  };
}

function clamp(value: number, highest: number): number {
  return Math.max(0, Math.min(highest, value));
}

function softmaxAt(logits: Float32Array, wanted: number): number {
  const highest = Math.max(...logits);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  return Math.exp((logits[wanted] ?? Number.NEGATIVE_INFINITY) - highest) / sum;
}

function tooPoor(why: string): PadCue {
  return { cue: 'texture-model', state: 'unavailable', light: 'too-little', evidence: `${why} for the model` };
}

function cueOf(bonaFideLikelihood: number, light: PadLight): PadCue {
  // A broken model's NaN is no evidence of a bona fide presentation.
  if (!Number.isFinite(bonaFideLikelihood)) {
    return { cue: 'texture-model', state: 'unavailable', evidence: 'the model gave no number' };
  }
  const evidence = `texture of the face and its surroundings, ${light} light`;
  return { cue: 'texture-model', state: 'assessed', bonaFideLikelihood, light, evidence };
}
