import { type Static, type TProperties, Type } from '#typebox';
import { padSchema, recognitionSchema } from '../figures.js';

const closed = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });
const text = Type.String({ minLength: 1 });
const count = Type.Integer({ minimum: 0 });

/** Changes with every change of the shape: a reader never guesses. */
export const reportTag = 'menshen-evaluation/2';

const contentProperties = {
  schema: Type.Literal(reportTag),
  /** M2: figures of an evaluation, never of a live gate. Reports of before do not say it. */
  mode: Type.Optional(Type.Literal('evaluation')),
  date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
  product: closed({ version: text, commit: Type.Optional(text) }),
  pack: closed({
    id: text,
    version: Type.Optional(text),
    /** As in every template: of the embedding model. */
    modelId: text,
    /** SHA-256 of the impostor model that similarities were normalised with; absent for plain cosines. */
    impostorModel: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$' })),
    files: Type.Array(closed({ role: text, sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) })),
  }),
  /** What it ran on, in words: processor, cores, memory, runtime. */
  machine: text,
  dataSets: Type.Array(
    closed({
      name: text,
      people: count,
      pictures: count,
      recordings: Type.Optional(count),
      /** Hash over the files' names and sizes: the same data give the same. */
      fingerprint: text,
      note: Type.Optional(text),
    }),
    { minItems: 1 },
  ),
  recognition: Type.Optional(recognitionSchema),
  pad: Type.Optional(padSchema),
  steps: Type.Array(
    closed({
      step: text,
      items: count,
      wallMs: Type.Number({ minimum: 0 }),
      /** Of one item, where it was taken. */
      medianMs: Type.Optional(Type.Number({ minimum: 0 })),
      p95Ms: Type.Optional(Type.Number({ minimum: 0 })),
      peakMemoryMiB: Type.Optional(Type.Number({ minimum: 0 })),
      note: Type.Optional(text),
    }),
  ),
};

export const reportSchema = closed({ id: text, ...contentProperties });
const reportContent = closed(contentProperties);

export type EvaluationReport = Static<typeof reportSchema>;
/** A report before it has an id. */
export type ReportContent = Omit<Static<typeof reportContent>, 'schema' | 'mode'>;
export type DataSet = EvaluationReport['dataSets'][number];
export type TimedStep = EvaluationReport['steps'][number];
