import { type Static, Type } from '#typebox';
import { Value } from '#typebox/value';
import { type ImpostorModel, MenshenError } from '../core/index.js';

const mostDimensions = 1024;
const positive = Type.Number({ exclusiveMinimum: 0 });

/** An impostor model as a file of a model pack: rows of 8-bit numbers, each row with its own step. */
export const packedImpostorModelSchema = Type.Object(
  {
    dimensions: Type.Integer({ minimum: 1, maximum: mostDimensions }),
    rank: Type.Integer({ minimum: 1, maximum: mostDimensions }),
    rows: Type.String({ description: 'Base64 of rank x dimensions signed bytes.' }),
    steps: Type.Array(Type.Number({ minimum: 0 }), { description: 'Each row’s number for one step.' }),
    restVariance: positive,
    typicalDeviation: positive,
    exponent: Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'How much of it counts.' }),
    people: Type.Integer({ minimum: 1 }),
    population: Type.String({ minLength: 1, description: 'Whose embeddings these are a statistic of, in words.' }),
  },
  { additionalProperties: false },
);

export type PackedImpostorModel = Static<typeof packedImpostorModelSchema>;

/** Error: `model-pack-invalid` for another shape, or parts that contradict each other. */
export function unpackImpostorModel(value: unknown): ImpostorModel {
  if (!Value.Check(packedImpostorModelSchema, value)) throw invalid();
  const { dimensions, rank, rows, steps, restVariance, typicalDeviation, exponent, people } = value;
  const bytes = Buffer.from(rows, 'base64');
  if (bytes.length !== rank * dimensions || steps.length !== rank || rank > dimensions) throw invalid();
  const whole = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const factors = Float32Array.from(whole, (step, at) => step * (steps[Math.floor(at / dimensions)] ?? 0));
  return { dimensions, rank, factors, restVariance, typicalDeviation, exponent, people };
}

const largestStep = 127;

/** The way back; a deviation moves by less than 1 %. */
export function packImpostorModel(model: ImpostorModel, population: string): PackedImpostorModel {
  const { dimensions, rank, factors, restVariance, typicalDeviation, exponent, people } = model;
  const steps: number[] = [];
  const whole = new Int8Array(rank * dimensions);
  for (let row = 0; row < rank; row += 1) {
    const values = factors.subarray(row * dimensions, (row + 1) * dimensions);
    const step = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / largestStep;
    steps.push(step);
    values.forEach((value, i) => {
      whole[row * dimensions + i] = step === 0 ? 0 : Math.round(value / step);
    });
  }
  const rows = Buffer.from(whole.buffer).toString('base64');
  return { dimensions, rank, rows, steps, restVariance, typicalDeviation, exponent, people, population };
}

function invalid(): MenshenError {
  return new MenshenError(
    'model-pack-invalid',
    'the impostor model is not what the manifest’s schema asks for, or its parts do not fit together; calibrate again.',
  );
}
