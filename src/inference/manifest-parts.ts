/** Pieces that the manifest's schemas share. Descriptions are what `menshen models schema` prints. */
import { type TProperties, Type } from '#typebox';

export const strictObject = <P extends TProperties>(properties: P, description?: string) =>
  Type.Object(properties, { additionalProperties: false, ...(description === undefined ? {} : { description }) });
export const text = (description: string) => Type.String({ minLength: 1, maxLength: 4000, description });
export const fraction = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
export const positive = (description: string) => Type.Number({ exclusiveMinimum: 0, description });
export const note = Type.Optional(text('Where a setting comes from: what was measured, on what.'));
export const outputName = text('Name of the model’s output.');
const three = (description: string) => Type.Array(Type.Number(), { minItems: 3, maxItems: 3, description });

/** One number for all channels or one for each, in the order of `colour`. */
export type PerChannel = number | number[];

export const input = strictObject(
  {
    name: text('Name of the model’s input.'),
    shape: Type.Array(Type.Integer({ minimum: 1, maximum: 2048 }), {
      minItems: 4,
      maxItems: 4,
      description: '1 x channels x height x width. A model that leaves height and width open is run at this size.',
    }),
    colour: Type.Union([Type.Literal('rgb'), Type.Literal('bgr'), Type.Literal('grey')], {
      description: 'Order of the channels.',
    }),
    mean: Type.Union([Type.Number(), three('One for each channel.')], {
      description: 'An 8-bit value `v` becomes `(v - mean) * scale`; for three numbers, in the order of `colour`.',
    }),
    scale: Type.Union(
      [
        positive('One for all channels.'),
        Type.Array(positive('One channel.'), { minItems: 3, maxItems: 3, description: 'One for each channel.' }),
      ],
      { description: 'See `mean`. A standard deviation of 128 is a scale of 0.0078125.' },
    ),
  },
  'What the model takes.',
);

export const fileCommon = {
  file: Type.String({
    // A name without a path, so that a manifest cannot reach outside its own folder.
    pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$',
    description: 'File beside the manifest; a plain name.',
  }),
  sourcePath: Type.Optional(text('Where the file is inside the source’s archive; a must for a source of kind npm.')),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the file, in hexadecimal.' }),
  licence: text('Licence of this file (an SPDX identifier, or words).'),
  input,
};
