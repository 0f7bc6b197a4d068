import type { FivePoints, Picture, Point, Probe } from '../core/index.js';
import { MenshenError } from '../core/index.js';
import type { Models } from '../inference/index.js';
import {
  createTensorPool,
  estimateSimilarity,
  invertSimilarity,
  layoutOf,
  mirrorTensor,
  warpToTensor,
} from '../pixels/index.js';

export interface Embedder {
  /** Written into every probe and template made here. */
  readonly modelId: string;
  /** Aligns the face and embeds it: a unit vector that the caller wipes. Error: `inference-failed`. */
  embed(picture: Picture, points: FivePoints): Promise<Probe>;
}

export function createEmbedder(models: Models): Embedder {
  const spec = models.spec('embedding');
  const layout = layoutOf(spec.input);
  const modelId = models.pack.embeddingModelId;
  const tensors = createTensorPool(layout);
  const addOne = async (input: Float32Array, sum: Float32Array) => {
    const vector = (await models.run('embedding', input))[spec.outputs.vector] ?? new Float32Array(0);
    normalise(vector);
    for (let index = 0; index < sum.length; index += 1) sum[index] = (sum[index] ?? 0) + (vector[index] ?? 0);
    vector.fill(0);
  };
  return {
    modelId,
    async embed(picture, points) {
      const toPicture = invertSimilarity(estimateSimilarity(listed(points), alignmentTemplate));
      const vector = new Float32Array(spec.settings.dimensions);
      const input = tensors.borrow();
      try {
        warpToTensor(picture, toPicture, layout, input);
        await addOne(input, vector);
        if (spec.settings.mirror) {
          mirrorTensor(input, layout);
          await addOne(input, vector);
        }
      } finally {
        tensors.giveBack(input);
      }
      normalise(vector);
      return { modelId, vector };
    },
  };
}

/** Where the five points belong in the 112 x 112 crop that ArcFace-style embedders are trained on. */
const alignmentTemplate: readonly Point[] = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];

function listed({ leftEye, rightEye, nose, mouthLeft, mouthRight }: FivePoints): readonly Point[] {
  return [leftEye, rightEye, nose, mouthLeft, mouthRight];
}

function normalise(vector: Float32Array): void {
  let squares = 0;
  for (const value of vector) squares += value * value;
  // NaN included: a vector without direction would compare as anything.
  if (!(squares > 0 && Number.isFinite(squares))) {
    throw new MenshenError('inference-failed', 'the embedding model gave a vector without direction.');
  }
  const length = Math.sqrt(squares);
  for (let index = 0; index < vector.length; index += 1) vector[index] = (vector[index] ?? 0) / length;
}
