/** Bodies of the gate's screen; the contract's types, and nothing else is taken. */
import { Type } from '#typebox';
import { staffCallReasons } from '../../complaint/index.js';
import { cardNumber, closed, language, personNumber, pin } from '../schemas.js';

export const pairingRequest = Type.Object({ code: Type.String({ minLength: 1, maxLength: 40 }) }, closed);

const prompt = Type.Object({ language, spoken: Type.Boolean() }, closed);

export const screenVerificationRequest = Type.Object(
  {
    method: Type.Union([Type.Literal('card'), Type.Literal('pin'), Type.Literal('face')]),
    act: Type.Union([Type.Literal('button'), Type.Literal('touch'), Type.Literal('card')]),
    claim: Type.Optional(Type.Union([Type.Object({ cardNumber }, closed), Type.Object({ personNumber, pin }, closed)])),
    prompt,
  },
  closed,
);

export const visitRequest = Type.Object(
  {
    proof: Type.Union([
      Type.Object({ kind: Type.Literal('card'), cardNumber, pin: Type.Optional(pin) }, closed),
      Type.Object({ kind: Type.Literal('pin'), personNumber, pin }, closed),
      Type.Object(
        {
          kind: Type.Literal('face'),
          claim: Type.Optional(Type.Object({ cardNumber }, closed)),
          act: Type.Union([Type.Literal('button'), Type.Literal('touch')]),
          prompt,
        },
        closed,
      ),
      Type.Object({ kind: Type.Literal('enrolment-code'), code: Type.String({ minLength: 1, maxLength: 40 }) }, closed),
    ]),
  },
  closed,
);

const name = Type.String({ pattern: '\\S', maxLength: 200 });

export const consentGiven = Type.Object(
  {
    noticeHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    language,
    separateAct: Type.Boolean(),
    voluntary: Type.Boolean(),
    alternativesShown: Type.Boolean(),
    days: Type.Integer({ minimum: 1, maximum: 3650 }),
    guardian: Type.Optional(
      Type.Object({ name, relationship: name, reviewDate: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }) }, closed),
    ),
  },
  closed,
);

export const noticeSeen = Type.Object({ hash: Type.String({ pattern: '^[0-9a-f]{64}$' }) }, closed);
export const enrolmentStart = Type.Object({ act: Type.Union([Type.Literal('touch'), Type.Literal('button')]) }, closed);

export const withdrawalRequest = Type.Object(
  {
    requester: Type.Union([Type.Literal('self'), Type.Literal('guardian')]),
    language: Type.Optional(language),
  },
  closed,
);

export const dataLinkRequest = Type.Object({ language: Type.Optional(language) }, closed);

const id = Type.String({ minLength: 1, maxLength: 80 });
export const receiptParameters = Type.Object({ id, receiptId: id }, closed);

/** Lengths in characters; the register counts bytes and says what is too much. */
export const complaint = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: 4096 }),
    contact: Type.Optional(Type.String({ minLength: 1, maxLength: 400 })),
    language,
  },
  closed,
);

export const staffCall = Type.Object(
  { reason: Type.Optional(Type.Union(staffCallReasons.map((reason) => Type.Literal(reason)))) },
  closed,
);
