/** What is asked for and answered about events. */
import { Type } from '#typebox';
import { closed, instant } from './schemas.js';

const serial = (description: string) => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });
const moment = (description: string) => Type.String({ format: 'date-time', description });

export const eventQuery = Type.Object(
  {
    from: Type.Optional(serial('First serial; 1 when left out.')),
    to: Type.Optional(serial('Last serial.')),
    since: Type.Optional(moment('ISO 8601: at this moment or later, by the device’s clock of then.')),
    until: Type.Optional(moment('ISO 8601: before this moment.')),
    kinds: Type.Optional(
      Type.String({ maxLength: 2000, pattern: '^[a-z.,-]+$', description: 'Kinds of events, separated by commas.' }),
    ),
    door: Type.Optional(Type.String({ minLength: 1, maxLength: 63, description: 'Only events of this door.' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'Events of one page; 100.' })),
  },
  closed,
);

/** The fields that many kinds have; others go through as they are. */
export const eventView = Type.Object(
  {
    serial: Type.Integer({ description: 'Per device, without gaps, over restarts too.' }),
    kind: Type.String(),
    at: instant,
    doorId: Type.Optional(Type.String()),
    subjectId: Type.Optional(Type.String({ description: 'Absent where the site says `events.personFields: none`.' })),
    personNumber: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
  },
  { additionalProperties: true },
);

export const eventPage = Type.Object(
  {
    events: Type.Array(eventView),
    next: Type.Integer({ description: 'Ask from here on for what follows.' }),
    newest: Type.Integer({ description: 'Serial of the newest event; 0 when there is none.' }),
    oldest: Type.Optional(Type.Integer({ description: 'Serial of the oldest event that is still kept.' })),
    more: Type.Boolean({ description: 'There is something to ask for from `next` on.' }),
  },
  closed,
);
