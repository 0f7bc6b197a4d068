import { Type } from 'typebox';
import { closed, text } from './parts.js';

export const securitySchema = Type.Object(
  {
    trustedSigners: Type.Array(
      Type.Object(
        {
          name: text('Whose key it is.'),
          publicKey: Type.String({
            pattern: '^[A-Za-z0-9+/]{43}=$',
            description: 'Ed25519, base64; menshen signer new prints it.',
          }),
        },
        closed,
      ),
      { maxItems: 16, default: [] },
    ),
    requireSigned: Type.Array(Type.Union([Type.Literal('packs'), Type.Literal('configuration')]), {
      uniqueItems: true,
      default: [],
      description:
        'What is refused without a signature of a trusted signer, or with an older version number than was accepted before. Once a signed configuration was accepted, only another signed one can change this.',
    }),
  },
  { ...closed, default: {}, description: 'Who may change models and configuration.' },
);
