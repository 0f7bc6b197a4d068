/** Answers that anyone, or any panel, reads. Open where other rooms add to them: a field left out of a closed one vanishes. */
import { Type } from '#typebox';
import { closed, instant, oneOf } from './schemas.js';

const open = { additionalProperties: true } as const;
const method = Type.Object({ works: Type.Boolean() }, open);

const camera = Type.Object(
  {
    cameraId: Type.String(),
    state: oneOf(['closed', 'opening', 'live', 'ended', 'failed']),
    framesDelivered: Type.Integer(),
    framesSkipped: Type.Integer(),
    reopened: Type.Integer(),
    positionMs: Type.Optional(Type.Integer()),
    fault: Type.Optional(oneOf(['black', 'covered', 'frozen'])),
    problem: Type.Optional(Type.String()),
  },
  open,
);

export const healthView = Type.Object(
  {
    status: oneOf(['ok', 'degraded']),
    deviceId: Type.String(),
    mode: oneOf(['live', 'demonstration']),
    version: Type.String(),
    time: instant,
    methods: Type.Object(
      {
        face: Type.Object(
          {
            works: Type.Boolean(),
            reason: Type.Optional(Type.String()),
            detail: Type.Optional(Type.String()),
            reasons: Type.Optional(
              Type.Array(Type.Object({ reason: Type.String(), detail: Type.String() }, open), {
                description: 'Everything that keeps face mode off now; the first is the reason above.',
              }),
            ),
            extrapolated: Type.Optional(Type.Boolean({ description: 'The threshold in use was never measured.' })),
          },
          open,
        ),
        pin: method,
        card: method,
      },
      open,
    ),
    cameras: Type.Array(camera),
    records: Type.Object(
      { works: Type.Boolean(), problem: Type.Optional(Type.String()), detail: Type.Optional(Type.String()) },
      { ...open, description: 'Without records nothing is granted, by any method.' },
    ),
    syslog: Type.Optional(
      Type.Object(
        { works: Type.Boolean(), lost: Type.Boolean({ description: 'Some entries were never sent.' }) },
        { ...open, description: 'Only where audit entries go to a collector.' },
      ),
    ),
    clock: Type.Object({ trusted: Type.Boolean(), problem: Type.Optional(Type.String()) }, open),
  },
  open,
);

export const deviceView = Type.Object(
  {
    deviceId: Type.String(),
    mode: oneOf(['live', 'demonstration']),
    version: Type.String(),
    keyId: Type.String({ description: 'Names the public key in decisions and receipts.' }),
    publicKey: Type.String({ description: 'Ed25519, 32 bytes in base64.' }),
    algorithm: Type.String(),
    keys: Type.Array(
      Type.Object(
        {
          keyId: Type.String(),
          publicKey: Type.String({ description: 'Ed25519, 32 bytes in base64.' }),
          fromAuditSeq: Type.Integer(),
          untilAuditSeq: Type.Optional(Type.Integer({ description: 'It signs nothing later.' })),
          statement: Type.Optional(
            Type.String({ description: 'The succession, signed by this key and the one before.' }),
          ),
          signedByItself: Type.Optional(Type.String()),
          signedByPrevious: Type.Optional(Type.String()),
        },
        open,
      ),
      { description: 'All that ever signed here; what a former one signed in its time stays valid.' },
    ),
  },
  open,
);

export const noticeView = Type.Object(
  {
    version: Type.Integer(),
    hash: Type.String({ description: 'What consents are bound to.' }),
    textHash: Type.String(),
    effectiveAt: instant,
    language: Type.String(),
    title: Type.String(),
    optional: Type.Object({ statement: Type.String(), alternatives: Type.Array(Type.String()) }, open),
    sections: Type.Array(Type.Object({ heading: Type.String(), text: Type.String() }, open)),
    text: Type.String({ description: 'The whole of it as plain text.' }),
    fields: Type.Object({}, { ...open, description: 'What it was made from.' }),
  },
  open,
);

const staffCall = {
  callId: Type.String(),
  doorId: Type.String(),
  reason: Type.String(),
  state: oneOf(['open', 'answered']),
  at: instant,
  answeredBy: Type.Optional(Type.String()),
  answeredAt: Type.Optional(instant),
};
export const staffCallView = Type.Object(staffCall, closed);
export const staffCallList = Type.Object({ calls: Type.Array(staffCallView) }, closed);
