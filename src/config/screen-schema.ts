/** The gate's own screen: which door it stands at, and how it speaks. Without this section there is no `/kiosk`. */
import { Type } from '#typebox';
import { closed, id } from './parts.js';

const language = Type.String({
  pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
  description: 'A folder in config/languages.',
});

export const screenSchema = Type.Object(
  {
    doorId: id('The door the screen stands at; it shows and starts what happens there alone.'),
    languages: Type.Optional(
      Type.Array(language, {
        minItems: 1,
        maxItems: 16,
        uniqueItems: true,
        description: 'Left out: every language there is.',
      }),
    ),
    defaultLanguage: Type.String({ ...language, default: 'zh' }),
    sessionMinutes: Type.Integer({
      minimum: 1,
      maximum: 60,
      default: 3,
      description: 'How long a person may see to their own matters before they say that they are still there.',
    }),
    port: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 65535,
        description:
          'A listener on 127.0.0.1 for the screen alone, without TLS; a must where http.host is not loopback, because the screen works on the device itself only.',
      }),
    ),
  },
  { ...closed, description: 'The page /kiosk for the display at the gate.' },
);
