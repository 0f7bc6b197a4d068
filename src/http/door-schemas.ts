/** Bodies of the doors' routes. */
import { Type } from '#typebox';
import { closed } from './schemas.js';

const outcome = Type.Union([Type.Literal('entered'), Type.Literal('not-entered')]);

export const newDoorState = Type.Object(
  {
    state: Type.Union([Type.Literal('normal'), Type.Literal('lock-down'), Type.Literal('free')], {
      description:
        'lock-down: only groups that pass a lock-down. free: opens for anyone; the panel keeps the door open by it. Both last until they are changed, also over a restart.',
    }),
    reason: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S', description: 'Why, in your words; recorded.' }),
  },
  closed,
);

export const doorPassage = Type.Union([
  Type.Object({ verificationId: Type.String({ minLength: 1, maxLength: 80 }), outcome }, closed),
  Type.Object({ serial: Type.Integer({ minimum: 1, description: 'Of the grant.' }), outcome }, closed),
]);

export const doorContact = Type.Object({ state: Type.Union([Type.Literal('open'), Type.Literal('closed')]) }, closed);

export const newGroups = Type.Object(
  {
    groups: Type.Array(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }), {
      maxItems: 32,
      uniqueItems: true,
      description: 'Of the configuration’s section access; an empty list: those for everyone.',
    }),
  },
  closed,
);
