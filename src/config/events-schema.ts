/** What events say to panels, wherever they go: pages, streams, listeners. */
import { Type } from '#typebox';
import { closed } from './parts.js';

export const personFieldLevels = ['none', 'subject-id', 'person-number', 'name'] as const;
export type PersonFields = (typeof personFieldLevels)[number];

export const eventsSchema = Type.Object(
  {
    personFields: Type.Enum(personFieldLevels, {
      default: 'subject-id',
      description:
        'What events say of a person. none: nothing, and no signature, as it would cover what is left out. subject-id: the device’s own random pseudonym. person-number, name: these too, read at the moment of telling, never kept with the event; say so in the notice and in the assessment.',
    }),
    replayAfterSeconds: Type.Integer({
      minimum: 5,
      maximum: 86_400,
      default: 60,
      description: 'An event that a listener gets later than this is marked `replay: true`.',
    }),
  },
  { ...closed, default: {} },
);
