/** What is asked for and answered about listeners. */
import { Type } from '#typebox';
import { closed, instant, oneOf } from './schemas.js';

export const newListener = Type.Object(
  {
    url: Type.String({
      minLength: 8,
      maxLength: 500,
      pattern: '^https?://[^#\\s]+$',
      description: 'A private address in digits; https, or http on loopback.',
    }),
    label: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Which panel it is.' })),
    kinds: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 60 }), {
        uniqueItems: true,
        maxItems: 200,
        description: 'Kinds of events that are wanted; all when left out.',
      }),
    ),
    from: Type.Optional(
      Type.Integer({ minimum: 1, description: 'First serial to be sent; left out: only what happens from now on.' }),
    ),
    heartbeatSeconds: Type.Optional(
      Type.Integer({ minimum: 5, maximum: 86_400, description: 'After so long without a message; 60.' }),
    ),
    authority: Type.Optional(
      Type.String({
        maxLength: 16_384,
        description: 'PEM of the authority that the listener’s certificate comes from; a must for https.',
      }),
    ),
  },
  closed,
);

const view = {
  id: Type.String(),
  label: Type.String(),
  url: Type.String(),
  kinds: Type.Array(Type.String()),
  heartbeatSeconds: Type.Integer(),
  keyId: Type.String({ description: 'Names the secret in `menshen-key`.' }),
  addedAt: instant,
  state: oneOf(['up-to-date', 'sending', 'waiting', 'held']),
  failures: Type.Integer({ description: 'Attempts in a row that failed.' }),
  problem: Type.Optional(Type.String({ description: 'Why the last attempt failed.' })),
  nextTryAt: Type.Optional(instant),
  lastAcknowledgedAt: Type.Optional(instant),
  cursor: Type.Integer({ description: 'Up to this serial it has what it wanted.' }),
  newest: Type.Integer(),
  deadLetters: Type.Integer({ description: 'Events that it refused and that were set aside.' }),
};

export const listenerView = Type.Object(view, closed);
export const listenerAdded = Type.Object(
  { ...view, secret: Type.String({ description: 'Signs every message; shown this once.' }) },
  closed,
);
export const listenerList = Type.Object({ listeners: Type.Array(listenerView) }, closed);

export const listenerTest = Type.Object(
  {
    acknowledged: Type.Boolean(),
    status: Type.Optional(Type.Integer({ description: 'What it answered.' })),
    problem: Type.Optional(Type.String()),
  },
  closed,
);

export const deadLetterQuery = Type.Object(
  {
    after: Type.Optional(Type.Integer({ minimum: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  closed,
);

export const deadLetterList = Type.Object(
  {
    deadLetters: Type.Array(
      Type.Object(
        {
          serial: Type.Integer(),
          kind: Type.Optional(Type.String({ description: 'Absent when the event is no longer kept.' })),
          at: Type.Optional(instant),
          setAsideAt: instant,
          status: Type.Integer({ description: 'What the listener answered the last time.' }),
          again: Type.Boolean({ description: 'It is to be sent once more.' }),
        },
        closed,
      ),
    ),
    total: Type.Integer(),
    after: Type.Optional(Type.Integer({ description: 'Ask from here on for more; absent at the end.' })),
  },
  closed,
);

export const redelivery = Type.Object(
  {
    serials: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1 }), { maxItems: 1000, description: 'All of them when left out.' }),
    ),
  },
  closed,
);
export const redelivering = Type.Object({ redelivering: Type.Integer() }, closed);
