import { Type } from 'typebox';
import { closed } from './parts.js';

export const securitySchema = Type.Object(
  {
    twoPersonActs: Type.Optional(
      Type.Union([Type.Literal('required'), Type.Literal('off')], {
        description:
          'Erasing many people, ending the device’s use and exporting the inspector’s bundle: one person proposes, another confirms. Default: required; off in the demonstration.',
      }),
    ),
  },
  { ...closed, default: {} },
);

/** Whether acts of consequence wait for a second person. */
export function needsTwoPeople(config: {
  readonly mode: 'live' | 'demonstration';
  readonly security: { readonly twoPersonActs?: 'required' | 'off' };
}): boolean {
  return (config.security.twoPersonActs ?? (config.mode === 'live' ? 'required' : 'off')) === 'required';
}
