import { Comparator } from '../../compare/index.js';
import type { ImpostorModel } from '../../core/index.js';
import { packImpostorModel } from '../../inference/index.js';
import type { RecognitionFigures } from '../figures.js';
import type { FaceSample, PairList } from '../samples.js';
import { foldAccuracy, foldsByPerson } from './accuracy.js';
import { failureToAcquire } from './acquisition.js';
import { faceSetOf } from './face-set.js';
import { fusionGain } from './fusion-gain.js';
import { evaluateIdentification } from './identification.js';
import { impostorModelOf } from './impostor-model.js';
import { evaluateKinds } from './kinds.js';
import { type OnProgress, Pacer } from './progress.js';
import { seededRandom } from './random.js';
import { defaultResamplings } from './resampling.js';

export interface RecognitionInput {
  /** The data set's name; stands in front of every population. */
  readonly name: string;
  readonly samples: readonly FaceSample[];
  /** The data set's own list; without one, pairs and folds are drawn. */
  readonly pairs?: PairList;
  /** Every drawing and resampling comes from it: the same seed and samples give the same figures. */
  readonly seed: number;
  readonly resamplings?: number;
  /** The pack's; without one similarities are plain cosines. */
  readonly impostorModel?: ImpostorModel;
  readonly onProgress?: OnProgress;
}

/**
 * Every figure of recognition performance that the samples allow (ISO/IEC 19795-1); what they do not allow is named in
 * `notMeasured`. The vectors are read, never kept. Error: `evaluation-invalid` for samples or pairs that contradict.
 */
export async function evaluateRecognition(input: RecognitionInput): Promise<RecognitionFigures> {
  const { name, pairs, seed, resamplings = defaultResamplings } = input;
  const set = faceSetOf(input.samples, new Comparator(input.impostorModel));
  const pacer = new Pacer(input.onProgress);
  // Each part draws from its own generator: one more draw here moves no figure there.
  const common = (part: number) => ({ name, set, resamplings, random: seededRandom(seed + part) });
  const kinds = await evaluateKinds({ ...common(1), pairs }, pacer);
  const fused = kinds.comparisons.find(({ kind }) => kind === 'reference-fused');
  const gain = fused === undefined ? [] : await fusionGain({ ...common(2), fused }, pacer);
  const searched = await evaluateIdentification({ ...common(3), comparisons: kinds.comparisons }, pacer);
  const listed = pairs !== undefined && pairs.folds.length > 1;
  const folds = listed ? pairs : foldsByPerson(set, seededRandom(seed + 4));
  const impostorModel = await impostorModelOf(set, seededRandom(seed + 6), pacer);
  const accuracy = foldAccuracy(set, folds, listed ? 'listed' : 'split by person', name);
  return {
    population: {
      name,
      people: set.people.length,
      pictures: set.byFile.size,
      dimensions: set.dimensions,
      resamplings,
      seed,
    },
    measure: measureInWords(input.impostorModel),
    ...(impostorModel === undefined ? {} : { impostorModel: packImpostorModel(impostorModel, name) }),
    failureToAcquire: failureToAcquire(set, resamplings, seededRandom(seed + 5)),
    comparisons: kinds.comparisons,
    ...(accuracy === undefined ? {} : { accuracy }),
    fusionGain: gain,
    identification: searched.identification,
    notMeasured: [...kinds.notMeasured, ...searched.notMeasured],
  };
}

function measureInWords(model: ImpostorModel | undefined): string {
  if (model === undefined) return 'cosine similarity';
  return `cosine similarity normalised by the pack’s impostor model (statistic of ${model.people} people)`;
}
