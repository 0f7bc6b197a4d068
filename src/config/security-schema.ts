import { Type } from '#typebox';
import { closed, text } from './parts.js';

export const securitySchema = Type.Object(
  {
    twoPersonActs: Type.Optional(
      Type.Union([Type.Literal('required'), Type.Literal('off')], {
        description:
          'Erasing many people, ending the device’s use, exporting the inspector’s bundle and changing a threshold: one person proposes, another confirms. Default: required; off in the demonstration. Lifting an incident always takes two.',
      }),
    ),
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
  { ...closed, default: {}, description: 'Who may do and change what hangs together with everybody’s safety.' },
);

/** Whether acts of consequence wait for a second person. */
export function needsTwoPeople(config: {
  readonly mode: 'live' | 'demonstration';
  readonly security: { readonly twoPersonActs?: 'required' | 'off' };
}): boolean {
  return (config.security.twoPersonActs ?? (config.mode === 'live' ? 'required' : 'off')) === 'required';
}
