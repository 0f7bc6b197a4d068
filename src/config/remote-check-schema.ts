/** Where the terminal asks a panel after a match and holds the door until it says yes. */
import { Type } from '#typebox';
import { closed, id } from './parts.js';

export const remoteCheckSchema = Type.Object(
  {
    doors: Type.Array(id('A door that is held until the panel says yes.'), { minItems: 1, uniqueItems: true }),
    timeoutMs: Type.Integer({
      minimum: 1000,
      maximum: 10_000,
      default: 5000,
      description: 'So long the panel may take; then it is away.',
    }),
    whenAway: Type.Union(
      [
        Type.Literal('deny'),
        Type.Object(
          { grantGroups: Type.Array(id('A group of the section access.'), { minItems: 1, uniqueItems: true }) },
          closed,
        ),
      ],
      {
        default: 'deny',
        description:
          'What becomes of somebody whom everything else lets pass while the panel is away. grantGroups: people in one of these groups pass, with the reason panel-away-granted; everybody else does not.',
      },
    ),
    via: Type.Union([Type.Literal('poll'), Type.Literal('webhook-answer')], {
      default: 'poll',
      description:
        'poll: the panel hears of the event verification.check-asked and answers by POST /v1/verifications/{id}/check. webhook-answer: the terminal calls one listener, and the signed reply is the answer.',
    }),
    panels: Type.Optional(
      Type.Array(
        Type.String({
          pattern: '^([0-9a-f]{12}|panel-[0-9a-f]{12}|isapi:[a-z0-9][a-z0-9-]{0,30})$',
          description:
            'Id of a key (menshen keys list), of a panel (menshen panels list), or isapi:NAME of an ISAPI user.',
        }),
        {
          minItems: 1,
          uniqueItems: true,
          description:
            'Who alone may answer. Left out: any caller of the role panel; but who started the verification, or that of the first of two persons, may only say no. One that is listed here may also say yes to what it started itself.',
        },
      ),
    ),
    listener: Type.Optional(
      Type.String({
        pattern: '^l-[0-9a-f]{12}$',
        description: 'Id of the listener that is called (menshen listeners list); a must for webhook-answer.',
      }),
    ),
  },
  { ...closed, description: 'The panel has the last word at these doors.' },
);
