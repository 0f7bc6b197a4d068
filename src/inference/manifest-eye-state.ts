/** The part of the manifest's schema about the model that tells closed eyes from open ones. */
import { Type } from '#typebox';
import { fileCommon, fraction, note, positive, strictObject, text } from './manifest-parts.js';

const logOdds = (description: string) =>
  Type.Number({ description: `Natural log odds of closed over open, the mean of both eyes. ${description}` });

export const eyeStateFile = strictObject(
  {
    role: Type.Literal('eye-state'),
    ...fileCommon,
    decoder: Type.Literal('softmax'),
    outputs: strictObject({ logits: text('Two logits: closed and open.') }),
    settings: strictObject({
      closedIndex: Type.Integer({ minimum: 0, maximum: 1, description: 'Which logit stands for a closed eye.' }),
      cropSize: positive('Side of an eye’s upright square crop over the distance between the eyes.'),
      mirrored: Type.Union([Type.Literal('none'), Type.Literal('left'), Type.Literal('right')], {
        description: 'Which eye, as seen in the picture, is mirrored for a model that knows one side only.',
      }),
      targetLuminance: fraction('The crop’s mean luminance is brought here, ...'),
      targetContrast: fraction('... and its standard deviation here, before the model looks.'),
      openAtMost: logOdds('Nobody above is asked to close the eyes: they are not seen to be open.'),
      closedAtLeast: logOdds('No eyes below count as closed.'),
      riseAtLeast: positive('How far the log odds must rise over those of the same open eyes to count as closed.'),
      note,
    }),
  },
  'Eyes open or closed, for the prompt `close-eyes` of the active challenge and for nothing else: never for tiredness, attention or any other attribute of a person. A pack may leave it out; nobody is then asked to close the eyes.',
);
