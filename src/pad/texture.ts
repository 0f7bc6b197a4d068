import type { Box, PadCue, Picture } from '../core/index.js';
import type { Models } from '../inference/index.js';
import { emptyTensor, layoutOf, luminanceOf, resampleToTensor } from '../pixels/index.js';

export interface TextureCue {
  /** Looks at one frame's face and its surroundings for the texture of a screen or a print. Error: `inference-failed`. */
  assess(picture: Picture, box: Box): Promise<PadCue>;
}

export function createTextureCue(models: Models): TextureCue {
  const spec = models.spec('pad');
  const layout = layoutOf(spec.input);
  const { bonaFideIndex, cropGrowths, targetLuminance } = spec.settings;
  const likelihoodOf = async (picture: Picture, crop: Box, gain: number): Promise<number> => {
    const input = emptyTensor(layout);
    try {
      resampleToTensor(picture, crop, layout, input, { gain });
      const logits = (await models.run('pad', input))[spec.outputs.logits] ?? new Float32Array(0);
      return softmaxAt(logits, bonaFideIndex);
    } finally {
      input.fill(0);
    }
  };
  return {
    async assess(picture, box) {
      const { mean } = luminanceOf(picture, box);
      if (!(mean > 0)) return { cue: 'texture-model', state: 'unavailable', evidence: 'the face is black' };
      // A linear gain, because the model was trained on well-lit faces and takes dim ones for attacks (models.md).
      const gain = targetLuminance / mean;
      const likelihoods: number[] = [];
      for (const factor of growthsIn(picture, box, cropGrowths)) {
        likelihoods.push(await likelihoodOf(picture, surroundingsOf(box, picture, factor), gain));
      }
      return cueOf(likelihoods);
    },
  };
}

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

function cueOf(likelihoods: readonly number[]): PadCue {
  const mean = likelihoods.reduce((sum, value) => sum + value, 0) / likelihoods.length;
  // A broken model's NaN is no evidence of a bona fide presentation.
  if (!Number.isFinite(mean)) {
    return { cue: 'texture-model', state: 'unavailable', evidence: 'the model gave no number' };
  }
  return {
    cue: 'texture-model',
    state: 'assessed',
    bonaFideLikelihood: mean,
    evidence: `texture of the face and its surroundings in ${likelihoods.length} crop(s) of one frame`,
  };
}
