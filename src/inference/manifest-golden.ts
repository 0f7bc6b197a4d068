/** What a pack's models gave for a made-up picture when the pack was prepared; see the room `packs`. */
import { type Static, Type } from '#typebox';
import { strictObject, text } from './manifest-parts.js';

/** Sums that an imprint's sketch has; a power of two. */
export const sketchLength = 16;

const imprint = strictObject(
  {
    length: Type.Integer({ minimum: 1, description: 'How many numbers the tensor has.' }),
    norm: Type.Number({ minimum: 0, description: 'Root of the sum of their squares.' }),
    sketch: Type.Array(Type.Number(), {
      minItems: sketchLength,
      maxItems: sketchLength,
      description: 'Sums over pseudo-random parts of the tensor with pseudo-random signs: every number counts.',
    }),
  },
  'A tensor in a few numbers.',
);

export const goldenSchema = strictObject(
  {
    recordedWith: text('Versions and processor that recorded the values.'),
    models: Type.Record(
      Type.String({ pattern: '^[a-z0-9-]+$' }),
      strictObject({
        input: imprint,
        outputs: Type.Record(Type.String(), imprint, { description: 'By the outputs’ names.' }),
      }),
      { description: 'By role.' },
    ),
  },
  'Recorded by `menshen models add` and `menshen models check --record`; compared at every start.',
);

export type Imprint = Static<typeof imprint>;
export type Golden = Static<typeof goldenSchema>;
