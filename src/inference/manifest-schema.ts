/** The one schema of a model pack's `manifest.json`. Unknown keys are refused everywhere. */
import { type Static, type TSchema, Type } from '#typebox';
import { comparisonKinds, padCueNames } from '../core/index.js';
import { detectionFile, detectionSchemas } from './manifest-detection.js';
import { eyeStateFile } from './manifest-eye-state.js';
import { goldenSchema } from './manifest-golden.js';
import { fileCommon, fraction, note, positive, strictObject, text } from './manifest-parts.js';

const landmarksFile = strictObject(
  {
    role: Type.Literal('landmarks'),
    ...fileCommon,
    decoder: Type.Literal('ibug-68'),
    outputs: strictObject({ points: text('136 values: x, y in 0..1 of the crop.') }),
    settings: strictObject({
      secondPassGrowth: Type.Number({
        minimum: 1,
        description: 'The second pass looks at the first pass’s landmarks’ bounding box, grown by this factor.',
      }),
      note,
    }),
  },
  '68 landmarks in the iBUG order. A pack whose detector gives five points may leave it out.',
);

const padFile = strictObject(
  {
    role: Type.Literal('pad'),
    ...fileCommon,
    decoder: Type.Literal('softmax'),
    outputs: strictObject({ logits: text('Two or more logits.') }),
    settings: strictObject({
      bonaFideIndex: Type.Integer({ minimum: 0, description: 'Which logit stands for a bona fide presentation.' }),
      cropGrowths: Type.Array(Type.Number({ minimum: 1 }), {
        minItems: 1,
        maxItems: 4,
        description: 'Sides of the crops over the sides of the face’s box; the frames take them in turn.',
      }),
      targetLuminance: fraction(
        'The face’s mean luminance (0..1) is brought here by a linear gain before the model looks.',
      ),
      maxGain: Type.Number({
        minimum: 1,
        description: 'The largest gain at which the model was found to be right at all.',
      }),
      maxNoise: positive('The largest noise (see qualityLimits) at which it was.'),
      goodGain: strictObject(
        { atLeast: positive('For over-exposed faces.'), atMost: positive('For dark ones.') },
        'Gains at which what the model takes for an attack may be called one.',
      ),
      goodNoise: positive('The largest noise at which it may.'),
      note,
    }),
  },
  'Presentation attack detection on one still frame; any input size.',
);

const embeddingFile = strictObject(
  {
    role: Type.Literal('embedding'),
    ...fileCommon,
    decoder: Type.Literal('unit-vector'),
    outputs: strictObject({ vector: text('The feature vector; its length is brought to 1 here.') }),
    settings: strictObject({
      dimensions: Type.Integer({ minimum: 128, maximum: 1024, description: 'How many numbers the vector has.' }),
      mirror: Type.Boolean({ description: 'Add the mirrored face’s embedding before normalising.' }),
      note,
    }),
  },
  'An embedder of aligned 112 x 112 faces (the usual five-point template).',
);

const range = strictObject({ low: Type.Number(), high: Type.Number() });

const thresholdTable = strictObject({
  evaluation: strictObject(
    {
      id: text('Name of the evaluation.'),
      date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
      population: text('Data and population, in words.'),
      kind: Type.Enum(comparisonKinds, {
        description: 'A threshold never travels from one kind of comparison to another.',
      }),
      comparisons: Type.Integer({ minimum: 1, description: 'Non-mated comparisons behind the table.' }),
      note,
      modelId: Type.Optional(text('The embedding model that was evaluated.')),
    },
    'Where the thresholds come from.',
  ),
  points: Type.Array(
    strictObject({
      fmr: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
      similarity: Type.Number(),
      errors: Type.Optional(Type.Integer({ minimum: 1, description: 'False matches behind the point.' })),
      fnmr: Type.Optional(
        strictObject(
          { errors: Type.Integer({ minimum: 0 }), trials: Type.Integer({ minimum: 1 }) },
          'False non-matches at this similarity, of so many mated comparisons.',
        ),
      ),
      interval: Type.Optional(
        strictObject(
          { similarity: range, fmr: Type.Optional(range) },
          '95 %, from resampling people: where this FMR is reached, and the FMR at this similarity.',
        ),
      ),
    }),
    { description: 'Measured false match rates and their similarities, from lenient to strict.' },
  ),
});

const padThresholds = strictObject(
  {
    evaluation: text('What the thresholds were measured on, or that it was insufficient.'),
    bonaFideAtLeast: fraction('Fused likelihood at or above which a presentation counts as bona fide.'),
    attackAtMost: fraction('Fused likelihood at or below which it counts as an attack.'),
    minFrames: Type.Integer({ minimum: 2, description: 'Frames of one face before a verdict.' }),
    framesPerSecond: positive(
      'The rate the thresholds were measured at: frames that follow each other faster are nearly the same one.',
    ),
    countedCues: Type.Array(Type.Enum(padCueNames), {
      minItems: 1,
      description: 'A cue that is not listed is shown as evidence and decides nothing.',
    }),
    trim: Type.Number({
      minimum: 0,
      exclusiveMaximum: 0.5,
      description: 'Share of the lowest and of the highest values left out before averaging.',
    }),
  },
  'How attack detection’s frames become a verdict.',
);

const qualityLimits = strictObject(
  {
    evaluation: text('What the limits were measured on.'),
    minInterEyeDistancePx: positive('Pixels between the eyes.'),
    minSharpness: positive('Variance of the Laplacian over the variance.'),
    minLuminance: fraction('Mean luminance of the face, 0..1.'),
    maxLuminance: fraction('Mean luminance of the face, 0..1.'),
    minContrast: fraction('Standard deviation of the face’s luminance, 0..1.'),
    maxNoise: positive('Standard deviation of the face’s finest grain, 0..1.'),
    maxYawDeg: positive('Degrees.'),
    maxPitchDeg: positive('Degrees.'),
    maxRollDeg: positive('Degrees.'),
  },
  'What a face’s picture must be for the models to work as measured.',
);

const source = Type.Union(
  [
    strictObject({
      kind: Type.Literal('npm'),
      package: text('Name of the npm package.'),
      version: text('Its exact version.'),
      integrity: text('Its tarball’s integrity (sha512-...).'),
    }),
    strictObject({
      kind: Type.Literal('file'),
      origin: text('Where the files came from, in words or as an address. A statement: nothing is ever fetched.'),
    }),
  ],
  { description: 'Where the models come from.' },
);

/** What `manifest.json` of a model pack may say. */
export const manifestSchema = strictObject(
  {
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'Name of the pack.' }),
    version: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$', description: 'Version of the pack.' }),
    licence: text('Licence of the pack as a whole (an SPDX identifier, or words).'),
    source,
    files: Type.Array(Type.Union([detectionFile, landmarksFile, padFile, eyeStateFile, embeddingFile]), {
      minItems: 1,
      description:
        'One file for each role: detection, landmarks, pad, eye-state (may be left out), embedding. No other role is known.',
    }),
    impostorModel: Type.Optional(
      strictObject(
        { file: fileCommon.file, sha256: fileCommon.sha256 },
        'A statistic of strangers’ embeddings, written by `menshen calibrate --impostor-model`; without one similarities are plain cosines.',
      ),
    ),
    thresholds: Type.Array(thresholdTable, {
      description:
        'One table for each kind of comparison. A kind that is missing was never measured: face mode then stays off.',
    }),
    padThresholds,
    qualityLimits,
    golden: Type.Optional(goldenSchema),
  },
  'A model pack: what its files are, how they are fed and read, and what was measured with them.',
);

export type ModelManifest = Static<typeof manifestSchema>;
export type ModelFile = ModelManifest['files'][number];
export type ModelRole = ModelFile['role'];
/** The manifest's entry for one role, with its own outputs and settings. */
export type ModelFileOf<R extends ModelRole> = Extract<ModelFile, { role: R }>;
export type DetectionDecoder = ModelFileOf<'detection'>['decoder'];

export const modelRoles = [
  'detection',
  'landmarks',
  'pad',
  'eye-state',
  'embedding',
] as const satisfies readonly ModelRole[];

/** The same entries one by one: a refusal then speaks of what was meant. */
export function schemaFor(role: ModelRole, decoder: unknown): TSchema {
  if (role !== 'detection') return roleSchemas[role];
  const known = Object.entries(detectionSchemas).find(([name]) => name === decoder);
  return known === undefined ? Type.Object({ decoder: Type.Enum(Object.keys(detectionSchemas)) }) : known[1];
}

const roleSchemas = {
  landmarks: landmarksFile,
  pad: padFile,
  'eye-state': eyeStateFile,
  embedding: embeddingFile,
} as const;
