/** The shapes of every figure an evaluation states: schema (for the reader of a report) and type in one. */
import { type Static, type TProperties, Type } from '#typebox';
import { packedImpostorModelSchema } from '../inference/index.js';

const closed = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });
const text = Type.String({ minLength: 1 });
const files = Type.Array(Type.String(), { maxItems: 64 });
const count = Type.Integer({ minimum: 0 });
const fraction = Type.Number({ minimum: 0, maximum: 1 });
const similarity = Type.Number({ minimum: -1, maximum: 1 });
const state = Type.Union([Type.Literal('measured'), Type.Literal('insufficient')]);

/** 95 %. */
export const intervalSchema = closed({ low: Type.Number(), high: Type.Number() });

/** `insufficient` never means good: it means that the data cannot say. */
export const rateSchema = closed({
  state,
  errors: count,
  trials: count,
  /** errors / trials as observed; absent without trials. */
  value: Type.Optional(fraction),
  interval: Type.Optional(intervalSchema),
  /** Without any error: what the rate may still be (rule of 3, 95 %). */
  atMost: Type.Optional(fraction),
  /** Why `insufficient`. */
  reason: Type.Optional(text),
});

export const operatingPointSchema = closed({
  wantedFmr: fraction,
  /** Absent when the data do not support the wanted rate. */
  threshold: Type.Optional(closed({ similarity: similarity, interval: intervalSchema })),
  fmr: rateSchema,
  /** Of the comparisons that were made. */
  fnmr: Type.Optional(rateSchema),
  /** The same with every failure to acquire counted as a non-match. */
  generalisedFnmr: Type.Optional(fraction),
});

export const comparisonSchema = closed({
  kind: Type.Union([Type.Literal('single-single'), Type.Literal('reference-single'), Type.Literal('reference-fused')]),
  /** Pictures on each side of a comparison. */
  referencePictures: Type.Integer({ minimum: 1 }),
  probePictures: Type.Integer({ minimum: 1 }),
  population: closed({
    /** Data and comparisons in words. */
    mated: text,
    nonMated: text,
    note: text,
    people: count,
    matedPeople: count,
    matedComparisons: count,
    /** Mated comparisons that could not be made, for want of a vector. */
    matedFailures: count,
    nonMatedComparisons: count,
  }),
  points: Type.Array(operatingPointSchema),
  equalErrorRate: closed({ rate: rateSchema, threshold: Type.Optional(similarity) }),
  /** Detection error trade-off, thinned, strictest last. */
  det: Type.Array(closed({ threshold: similarity, fmr: fraction, fnmr: fraction })),
  histogram: closed({
    from: Type.Number(),
    binWidth: Type.Number(),
    mated: Type.Array(count),
    nonMated: Type.Array(count),
  }),
  /** Which comparisons went wrong most, as file names: mislabelled pictures show up here. */
  worst: closed({
    falseMatches: Type.Array(closed({ similarity: similarity, reference: files, probe: files })),
    falseNonMatches: Type.Array(closed({ similarity: similarity, reference: files, probe: files })),
  }),
});

export const notMeasuredSchema = closed({ what: text, reason: text });

export const accuracySchema = closed({
  /** Who made the folds. */
  folds: Type.Union([Type.Literal('listed'), Type.Literal('split by person')]),
  /** Must be 0 for the folds to be independent. */
  peopleInSeveralFolds: count,
  population: text,
  comparisons: count,
  mean: fraction,
  /** Standard deviation of the folds' accuracies over the square root of their number. */
  standardError: Type.Number({ minimum: 0 }),
  perFold: Type.Array(closed({ accuracy: fraction, threshold: similarity, comparisons: count })),
});

/** Several pictures fused against the best one of them, the same references, the same FMR. */
export const fusionGainSchema = closed({
  population: text,
  wantedFmr: fraction,
  fused: rateSchema,
  bestSingle: rateSchema,
  /** FNMR of the best single picture minus that of the fused probe: positive where fusing helps. */
  gain: Type.Number(),
  gainInterval: intervalSchema,
});

export const identificationSchema = closed({
  population: text,
  enrolmentPictures: Type.Integer({ minimum: 1 }),
  gallerySize: Type.Integer({ minimum: 1 }),
  draws: Type.Integer({ minimum: 1 }),
  points: Type.Array(
    closed({
      wantedFpir: fraction,
      threshold: Type.Optional(similarity),
      fpir: rateSchema,
      fnir: Type.Optional(rateSchema),
    }),
  ),
  /** What the product would do: the FMR derived from the wanted FPIR and the gallery's size, at its measured threshold. */
  derived: Type.Array(
    closed({
      wantedFpir: fraction,
      fmr: fraction,
      threshold: Type.Optional(similarity),
      fpir: Type.Optional(rateSchema),
      fnir: Type.Optional(rateSchema),
      reason: Type.Optional(text),
    }),
  ),
});

const padOutcome = Type.Union([
  Type.Literal('bona-fide'),
  Type.Literal('attack'),
  Type.Literal('undecided'),
  Type.Literal('no-response'),
]);

export const padWindowSchema = closed({
  fromMs: Type.Number(),
  toMs: Type.Number(),
  frames: count,
  /** Of acceptable quality: those a verification would look at. */
  usableFrames: count,
  outcome: padOutcome,
  /** What the person is told of the light when the window ends without a grant; absent when light is not what it lacks. */
  light: Type.Optional(Type.Union([Type.Literal('too-little'), Type.Literal('too-much')])),
  /** What all counted cues that spoke say together, which is what the thresholds apply to; absent when none spoke. */
  bonaFideLikelihood: Type.Optional(fraction),
});

const judged = Type.Union([Type.Literal('windows'), Type.Literal('stills, frame by frame')]);

export const padGroupSchema = closed({
  species: text,
  judged,
  /** How it was made from other recordings; no error rate of the species is taken from it. Absent for what was recorded. */
  derived: Type.Optional(text),
  recordings: count,
  windows: count,
  outcomes: closed({ bonaFide: count, attack: count, undecided: count, noResponse: count }),
  /** Of the undecided and those without response: answered by asking for more, or less, light. */
  askedForLight: closed({ more: count, less: count }),
  /** Attacks: windows classified bona fide (APCER). Bona fide: windows classified attack or left undecided (BPCER). */
  classificationError: rateSchema,
  /** BPCER's two parts; only for bona fide presentations. */
  bpcerAttack: Type.Optional(fraction),
  bpcerUndecided: Type.Optional(fraction),
  /** APNRR or BPNRR: windows without enough usable frames. */
  nonResponse: rateSchema,
});

export const padSchema = closed({
  population: text,
  windowMs: Type.Number({ exclusiveMinimum: 0 }),
  framesPerSecond: Type.Number({ exclusiveMinimum: 0 }),
  settings: closed({
    bonaFideAtLeast: fraction,
    attackAtMost: fraction,
    minFrames: Type.Integer({ minimum: 1 }),
    trim: Type.Number({ minimum: 0, maximum: 0.5 }),
    countedCues: Type.Array(text),
    strict: Type.Boolean(),
  }),
  groups: Type.Array(padGroupSchema),
  /** Over the species in windows, derived recordings and stills left out. */
  maximumApcer: Type.Optional(closed({ species: text, rate: rateSchema })),
  recordings: Type.Array(
    closed({
      file: Type.String(),
      species: text,
      judged,
      derived: Type.Optional(Type.String()),
      windows: Type.Array(padWindowSchema),
    }),
  ),
});

export const recognitionSchema = closed({
  population: closed({
    name: text,
    people: count,
    pictures: count,
    dimensions: count,
    resamplings: Type.Integer({ minimum: 1 }),
    seed: Type.Integer({ minimum: 0 }),
  }),
  /** How similarities were made: plain cosines, or normalised by the pack's impostor model. */
  measure: text,
  /** For `menshen calibrate --impostor-model`: a statistic of this run's embeddings as a whole. */
  impostorModel: Type.Optional(packedImpostorModelSchema),
  failureToAcquire: closed({ rate: rateSchema, reasons: Type.Array(closed({ reason: text, pictures: count })) }),
  comparisons: Type.Array(comparisonSchema),
  accuracy: Type.Optional(accuracySchema),
  fusionGain: Type.Array(fusionGainSchema),
  identification: Type.Array(identificationSchema),
  notMeasured: Type.Array(notMeasuredSchema),
});

export type Interval = Static<typeof intervalSchema>;
export type Rate = Static<typeof rateSchema>;
export type OperatingPoint = Static<typeof operatingPointSchema>;
export type ComparisonFigures = Static<typeof comparisonSchema>;
export type NotMeasured = Static<typeof notMeasuredSchema>;
export type Accuracy = Static<typeof accuracySchema>;
export type FusionGain = Static<typeof fusionGainSchema>;
export type IdentificationFigures = Static<typeof identificationSchema>;
export type PadWindow = Static<typeof padWindowSchema>;
export type PadGroup = Static<typeof padGroupSchema>;
export type PadFigures = Static<typeof padSchema>;
export type RecognitionFigures = Static<typeof recognitionSchema>;
