import { type Static, type TProperties, Type } from 'typebox';
import { comparisonKinds, padCueNames } from '../core/index.js';

const strictObject = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });
const text = Type.String({ minLength: 1 });
const fraction = Type.Number({ minimum: 0, maximum: 1 });
const positive = Type.Number({ exclusiveMinimum: 0 });
/** A name without a path, so that a manifest cannot reach outside its own folder. */
const plainFileName = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' });

const input = strictObject({
  name: text,
  /** 1 x channels x height x width. */
  shape: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 4, maxItems: 4 }),
  colour: Type.Union([Type.Literal('rgb'), Type.Literal('bgr'), Type.Literal('grey')]),
  /** An 8-bit value `v` becomes `(v - mean) * scale`. */
  mean: Type.Number(),
  scale: positive,
});

const fileCommon = {
  file: plainFileName,
  /** Where the file is inside the source's archive. */
  sourcePath: text,
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  licence: text,
  input,
};

const detectionFile = strictObject({
  role: Type.Literal('detection'),
  ...fileCommon,
  decoder: Type.Literal('rfb-decoded-corners'),
  outputs: strictObject({ scores: text, boxes: text }),
  settings: strictObject({
    minLikelihood: fraction,
    /** Boxes that overlap more (intersection over union) are the same face. */
    maxOverlap: fraction,
    note: Type.Optional(text),
  }),
});

const landmarksFile = strictObject({
  role: Type.Literal('landmarks'),
  ...fileCommon,
  decoder: Type.Literal('ibug-68'),
  outputs: strictObject({ points: text }),
  settings: strictObject({
    /** The second pass looks at the first pass's landmarks' bounding box, grown by this factor. */
    secondPassGrowth: Type.Number({ minimum: 1 }),
    note: Type.Optional(text),
  }),
});

const padFile = strictObject({
  role: Type.Literal('pad'),
  ...fileCommon,
  decoder: Type.Literal('softmax'),
  outputs: strictObject({ logits: text }),
  settings: strictObject({
    bonaFideIndex: Type.Integer({ minimum: 0 }),
    /** Sides of the crops over the sides of the face's box; the frames take them in turn. */
    cropGrowths: Type.Array(Type.Number({ minimum: 1 }), { minItems: 1, maxItems: 4 }),
    /** The face's mean luminance (0..1) is brought here by a linear gain before the model looks. */
    targetLuminance: fraction,
    /** The largest gain and noise (see `qualityLimits.maxNoise`) at which the model was found to be right at all... */
    maxGain: Type.Number({ minimum: 1 }),
    maxNoise: positive,
    /** ... and those at which what it takes for an attack may be called one: a dark or over-exposed face must not be. */
    goodGain: strictObject({ atLeast: positive, atMost: positive }),
    goodNoise: positive,
    note: Type.Optional(text),
  }),
});

const embeddingFile = strictObject({
  role: Type.Literal('embedding'),
  ...fileCommon,
  decoder: Type.Literal('unit-vector'),
  outputs: strictObject({ vector: text }),
  settings: strictObject({
    dimensions: Type.Integer({ minimum: 1 }),
    /** Add the mirrored face's embedding before normalising. */
    mirror: Type.Boolean(),
    note: Type.Optional(text),
  }),
});

const thresholdTable = strictObject({
  evaluation: strictObject({
    id: text,
    date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
    population: text,
    kind: Type.Union(comparisonKinds.map((kind) => Type.Literal(kind))),
    comparisons: Type.Integer({ minimum: 1 }),
    note: Type.Optional(text),
  }),
  points: Type.Array(
    strictObject({ fmr: Type.Number({ exclusiveMinimum: 0, maximum: 1 }), cosineSimilarity: Type.Number() }),
  ),
});

/** What `manifest.json` of a model pack may say. */
export const manifestSchema = strictObject({
  id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
  version: text,
  licence: text,
  source: strictObject({ kind: Type.Literal('npm'), package: text, version: text, integrity: text }),
  files: Type.Array(Type.Union([detectionFile, landmarksFile, padFile, embeddingFile]), { minItems: 1 }),
  thresholds: Type.Array(thresholdTable),
  padThresholds: strictObject({
    evaluation: text,
    bonaFideAtLeast: fraction,
    attackAtMost: fraction,
    minFrames: Type.Integer({ minimum: 2 }),
    /** The rate the thresholds were measured at: frames that follow each other faster are nearly the same one. */
    framesPerSecond: positive,
    /** A cue that is not listed is shown as evidence and decides nothing. */
    countedCues: Type.Array(Type.Union(padCueNames.map((name) => Type.Literal(name))), { minItems: 1 }),
    /** Share of the lowest and of the highest values left out before averaging. */
    trim: Type.Number({ minimum: 0, exclusiveMaximum: 0.5 }),
  }),
  qualityLimits: strictObject({
    evaluation: text,
    minInterEyeDistancePx: positive,
    minSharpness: positive,
    minLuminance: fraction,
    maxLuminance: fraction,
    minContrast: fraction,
    maxNoise: positive,
    maxYawDeg: positive,
    maxPitchDeg: positive,
    maxRollDeg: positive,
  }),
});

export type ModelManifest = Static<typeof manifestSchema>;
export type ModelFile = ModelManifest['files'][number];
export type ModelRole = ModelFile['role'];
/** The manifest's entry for one role, with its own outputs and settings. */
export type ModelFileOf<R extends ModelRole> = Extract<ModelFile, { role: R }>;

export const modelRoles = ['detection', 'landmarks', 'pad', 'embedding'] as const satisfies readonly ModelRole[];

/** The same entries one by one: a refusal then speaks of the role that was meant. */
export const fileSchemas = {
  detection: detectionFile,
  landmarks: landmarksFile,
  pad: padFile,
  embedding: embeddingFile,
} as const satisfies Record<ModelRole, unknown>;
