/** Bodies of the gate's screen; types of the contract, and nothing else is taken. */
import { Type } from 'typebox';
import { cardNumber, closed, personNumber, pin } from '../schemas.js';

const language = Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' });
export const languageQuery = Type.Object({ language: Type.Optional(language) }, closed);
export const pairingRequest = Type.Object({ code: Type.String({ minLength: 1, maxLength: 40 }) }, closed);
export const noticeDisplayed = Type.Object({ hash: Type.String({ pattern: '^[0-9a-f]{64}$' }), language }, closed);

const act = Type.Union([Type.Literal('button'), Type.Literal('touch'), Type.Literal('card')]);

export const screenVerificationRequest = Type.Object(
  {
    method: Type.Union([Type.Literal('card'), Type.Literal('pin'), Type.Literal('face')]),
    act,
    claim: Type.Optional(Type.Union([Type.Object({ cardNumber }, closed), Type.Object({ personNumber, pin }, closed)])),
    prompt: Type.Object({ language, spoken: Type.Boolean() }, closed),
  },
  closed,
);
