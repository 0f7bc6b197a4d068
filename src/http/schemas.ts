/** Schemas of bodies and answers: validation, types and the OpenAPI document come from them. Unknown fields are refused. */
import { type TSchema, Type } from '#typebox';
import { infoPattern } from '../check/index.js';
import { guidanceCodes, verificationMethods } from '../core/index.js';
import { factors } from '../rules/index.js';

export const closed = { additionalProperties: false } as const;
const shortText = Type.String({ minLength: 1, maxLength: 200 });
export const pin = Type.String({ pattern: '^\\d{6,12}$', description: '6 to 12 digits.' });
export const personNumber = Type.String({
  pattern: '^[A-Za-z0-9-]{1,32}$',
  description: 'The site’s own number of a person.',
});
export const cardNumber = Type.String({
  minLength: 4,
  maxLength: 80,
  description: 'Decimal or hexadecimal digits; separators are ignored.',
});
export const instant = Type.String({ format: 'date-time', description: 'ISO 8601.' });
export const oneOf = (names: readonly string[]) => Type.Union(names.map((name) => Type.Literal(name)));
const method = Type.Union(verificationMethods.map((name) => Type.Literal(name)));

export const idParameter = Type.Object({ id: Type.String({ minLength: 1, maxLength: 80 }) }, closed);

const act = Type.Object(
  {
    kind: Type.Union([
      Type.Literal('button'),
      Type.Literal('touch'),
      Type.Literal('card'),
      Type.Literal('pin'),
      Type.Literal('panel'),
    ]),
    reference: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  },
  { ...closed, description: 'The person’s own act that started this; a must for face.' },
);

export const newTemplateRenewal = Type.Object(
  { act, timeoutMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 60_000 })) },
  closed,
);

export const newVerification = Type.Object(
  {
    doorId: shortText,
    purpose: Type.String({ minLength: 1, maxLength: 63, description: 'Must be the site’s one purpose code.' }),
    act: Type.Optional(act),
    claim: Type.Optional(
      Type.Union([
        Type.Object({ subjectId: shortText }, closed),
        Type.Object({ cardNumber }, closed),
        Type.Object({ personNumber, pin }, closed),
      ]),
    ),
    methods: Type.Optional(Type.Array(method, { minItems: 1, uniqueItems: true })),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 500, maximum: 120_000 })),
    nonce: Type.String({
      minLength: 8,
      maxLength: 128,
      description: 'The panel’s own; comes back inside the signed decision.',
    }),
  },
  closed,
);

export const presentedPin = Type.Object({ personNumber: Type.Optional(personNumber), pin }, closed);
export const presentedCard = Type.Object({ cardNumber }, closed);
export const checkAnswer = Type.Object(
  {
    serial: Type.Integer({ minimum: 1, description: 'Of the event verification.check-asked.' }),
    nonce: Type.String({ minLength: 16, maxLength: 64, description: 'Of the same event.' }),
    result: Type.Union([Type.Literal('success'), Type.Literal('failed')]),
    info: Type.Optional(
      Type.String({
        pattern: infoPattern.source,
        description: 'A code of the panel’s own; recorded with the decision. No names.',
      }),
    ),
  },
  closed,
);
export const waitQuery = Type.Object({ waitMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 30_000 })) }, closed);

export const auditQuery = Type.Object(
  {
    after: Type.Optional(Type.Integer({ minimum: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  closed,
);

/** The law's own. */
export const defaultLanguage = 'zh';

export const language = Type.String({
  pattern: '^[A-Za-z0-9-]{2,35}$',
  description: 'Tag of a folder in config/languages; zh and en are there.',
});

export const languageQuery = Type.Object({ language: Type.Optional(language) }, closed);

export const noticeDisplayed = Type.Object(
  { hash: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the notice that was shown.' }), language },
  closed,
);

export const promptQuery = Type.Object({ language: Type.Optional(language), method: Type.Optional(method) }, closed);

export const signQuery = Type.Object(
  {
    languages: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9-]{2,35}(,[A-Za-z0-9-]{2,35})?$',
        description: 'One language or two, the first in front; zh,en when left out.',
      }),
    ),
  },
  closed,
);

export const pageQuery = Type.Object(
  {
    after: Type.Optional(Type.String({ maxLength: 80 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  closed,
);

export const newSubject = Type.Object(
  {
    personNumber: Type.Optional(personNumber),
    displayName: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    ageBand: Type.Union([Type.Literal('adult'), Type.Literal('minor'), Type.Literal('undeclared')], {
      description: 'As declared, never estimated. Minor: under 14.',
    }),
    expiresAt: instant,
  },
  closed,
);

export const newConsent = Type.Object(
  {
    noticeHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    expiresAt: instant,
    language: Type.String({ pattern: '^[a-z]{2}(-[A-Z]{2})?$' }),
    accessMode: Type.Union([Type.Literal('screen'), Type.Literal('operator'), Type.Literal('paper')]),
    form: Type.Union([Type.Literal('electronic'), Type.Literal('written')]),
    separateAct: Type.Boolean(),
    voluntary: Type.Boolean(),
    alternativesShown: Type.Boolean(),
    renewal: Type.Optional(
      Type.Boolean({
        description: 'Takes the place of the running consent before it lapses: the template stays (P14).',
      }),
    ),
    guardian: Type.Optional(
      Type.Object(
        {
          name: Type.Optional(
            Type.String({ minLength: 1, maxLength: 100, description: 'Kept sealed; the record has a pseudonym.' }),
          ),
          pseudonym: Type.Optional(shortText),
          relationship: shortText,
          authorityCheckedBy: Type.String({
            minLength: 1,
            maxLength: 200,
            description: 'How the guardian’s authority was checked, and by whom.',
          }),
          reviewDate: Type.String({
            pattern: '^\\d{4}-\\d{2}-\\d{2}$',
            description: 'The child’s 14th birthday; the consent comes up for review then.',
          }),
        },
        closed,
      ),
    ),
  },
  closed,
);

export const newEnrolmentCode = Type.Object(
  {
    guardianAuthority: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description:
          'Under 14, or age not declared: how you checked that the guardian may speak for the person (M7.1); the consent record carries it.',
      }),
    ),
  },
  closed,
);

export const newEnrolment = Type.Union([
  Type.Object(
    {
      source: Type.Literal('camera'),
      doorId: shortText,
      forIdentification: Type.Optional(Type.Boolean()),
      confirmedDistinct: Type.Optional(
        Type.Boolean({ description: 'A similar person enrolled before is somebody else; audited.' }),
      ),
      timeoutMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 120_000 })),
    },
    closed,
  ),
  Type.Object(
    {
      source: Type.Literal('stills'),
      stills: Type.Array(Type.String({ contentEncoding: 'base64', minLength: 16 }), { minItems: 1, maxItems: 8 }),
      forIdentification: Type.Optional(Type.Boolean()),
      confirmedDistinct: Type.Optional(
        Type.Boolean({ description: 'A similar person enrolled before is somebody else; audited.' }),
      ),
    },
    closed,
  ),
]);

export const withdrawal = Type.Object(
  { requester: Type.Union([Type.Literal('self'), Type.Literal('guardian')]) },
  closed,
);
export const decommissioning = Type.Object(
  { deviceId: Type.String({ minLength: 1, maxLength: 80, description: 'Typed again, to say that it is meant.' }) },
  closed,
);
export const clockConfirmation = Type.Object({ now: instant }, closed);
export const newPin = Type.Object({ pin }, closed);
export const newCard = Type.Object({ cardNumber }, closed);
export const newApiKey = Type.Object(
  {
    role: Type.Union([
      Type.Literal('panel'),
      Type.Literal('operator'),
      Type.Literal('admin'),
      Type.Literal('auditor'),
      Type.Literal('kiosk'),
    ]),
    label: shortText,
    days: Type.Integer({ minimum: 1, maximum: 730 }),
    holder: Type.Optional(
      Type.String({
        pattern: '^\\S(.{0,98}\\S)?$',
        description: 'The person who has it; acts of two people need two holders.',
      }),
    ),
  },
  closed,
);
export const anyObject = Type.Object({}, { additionalProperties: true });

export const problem = Type.Object(
  { type: Type.String(), title: Type.String(), status: Type.Integer(), detail: Type.String(), code: Type.String() },
  { description: 'RFC 9457' },
);

export const decision = Type.Object(
  {
    verificationId: Type.String(),
    deviceId: Type.String(),
    doorId: Type.String(),
    decision: oneOf(['grant', 'deny', 'use-alternative']),
    method: Type.String(),
    reason: Type.String(),
    subjectId: Type.Optional(Type.String()),
    serial: Type.Integer(),
    decidedAt: instant,
    expiresAt: instant,
    nonce: Type.String(),
    mode: oneOf(['live', 'demonstration']),
    keyId: Type.String(),
    signature: Type.String({
      description: 'Ed25519, base64, over the canonical JSON (RFC 8785) of every other field.',
    }),
  },
  closed,
);

export const verificationView = Type.Object(
  {
    verificationId: Type.String(),
    doorId: Type.String(),
    state: oneOf(['waiting', 'decided']),
    methods: Type.Array(Type.String()),
    face: Type.String(),
    guidance: Type.Optional(oneOf(guidanceCodes)),
    cardAccepted: Type.Boolean(),
    needs: Type.Optional(
      Type.Array(oneOf(factors), {
        description: 'The door asks for more: any one of these brings the person further.',
      }),
    ),
    awaiting: Type.Optional(
      Type.Literal('panel', {
        description: 'Everything here said yes; the panel that has the last word is asked (verification.check-asked).',
      }),
    ),
    startedAt: instant,
    expiresAt: instant,
    prompt: Type.Object({ purpose: Type.String(), alternatives: Type.Array(Type.String()) }),
    decision: Type.Optional(decision),
    templateRenewal: Type.Optional(oneOf(['due', 'running', 'renewed', 'failed'])),
  },
  closed,
);

export const templateRenewal = Type.Object(
  {
    verificationId: Type.String(),
    templateRenewal: Type.Literal('renewed'),
    identification: Type.Object({ state: Type.String(), reason: Type.Optional(Type.String()) }, closed),
  },
  closed,
);

export const nothing = Type.Null();

/** Answers by status; every route can answer with a problem. */
export function answers(status: number, schema: TSchema, description = 'Done.'): Record<string, TSchema> {
  return { [status]: { ...schema, description }, '4xx': problem, '5xx': problem };
}
