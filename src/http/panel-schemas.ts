import { Type } from '#typebox';
import { longestGrantDays } from '../authority/index.js';
import { closed } from './schemas.js';

const days = Type.Integer({ minimum: 1, maximum: longestGrantDays, description: 'How long the grant lasts.' });
const request = Type.String({
  minLength: 1,
  maxLength: 8192,
  description: 'PKCS #10 in PEM. Only its public key counts; a request for other names, uses or rights is refused.',
});

export const newPanelInvitation = Type.Object(
  {
    label: Type.String({ minLength: 1, maxLength: 100, description: 'Which panel it is for.' }),
    role: Type.Union([Type.Literal('panel'), Type.Literal('operator'), Type.Literal('auditor')], { default: 'panel' }),
    days,
  },
  closed,
);

export const panelEnrolment = Type.Object(
  { code: Type.String({ minLength: 1, maxLength: 60, description: 'The one-time code.' }), request },
  closed,
);

export const panelRenewal = Type.Object({ request }, closed);

export const panelExtension = Type.Object({ days }, closed);
