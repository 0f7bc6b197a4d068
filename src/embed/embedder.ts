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

/** A face cut out and turned upright: its pixels are held until it is given back. */
export interface AlignedFace {
  /** A unit vector that the caller wipes; once. Error: `inference-failed`. */
  embed(): Promise<Probe>;
  /** Wipes the crop. */
  giveBack(): void;
}

export interface Embedder {
  /** Written into every probe and template made here. */
  readonly modelId: string;
  /** Aligns the face and embeds it: a unit vector that the caller wipes. Error: `inference-failed`. */
  embed(picture: Picture, points: FivePoints): Promise<Probe>;
  /** The first half of `embed`, for whoever has the picture's pixels at hand now and no more when it is embedded. */
  align(picture: Picture, points: FivePoints): AlignedFace;
}

export function createEmbedder(models: Models): Embedder {
  const spec = models.spec('embedding');
  const layout = layoutOf(spec.input);
  const modelId = models.pack.embeddingModelId;
  const tensors = createTensorPool(layout);
  const addOne = async (input: Float32Array, sum: Float32Array) => {
    const vector = (await models.run('embedding', input))[spec.outputs.vector] ?? new Float32Array(0);
    normalise(vector);
    addTo(sum, vector);
    vector.fill(0);
  };
  const embedAligned = async (input: Float32Array): Promise<Probe> => {
    const vector = new Float32Array(spec.settings.dimensions);
    await addOne(input, vector);
    if (spec.settings.mirror) {
      mirrorTensor(input, layout);
      await addOne(input, vector);
    }
    normalise(vector);
    return { modelId, vector };
  };
  const align = (picture: Picture, points: FivePoints): AlignedFace => {
    const toPicture = invertSimilarity(estimateSimilarity(listed(points), alignmentTemplate));
    const input = tensors.borrow();
    const giveBack = () => tensors.giveBack(input);
    try {
      warpToTensor(picture, toPicture, layout, input);
    } catch (thrown) {
      giveBack();
      throw thrown;
    }
    return { embed: () => embedAligned(input), giveBack };
  };
  return {
    modelId,
    align,
    async embed(picture, points) {
      const aligned = align(picture, points);
      try {
        return await aligned.embed();
      } finally {
        aligned.giveBack();
      }
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

/** Apart from the asynchronous function around it, whose loops the engine does not compile as well. */
function addTo(sum: Float32Array, vector: Float32Array): void {
  for (let index = 0; index < sum.length; index += 1) sum[index] = (sum[index] ?? 0) + (vector[index] ?? 0);
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
