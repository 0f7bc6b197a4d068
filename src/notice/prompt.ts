import type { VerificationMethod } from '../core/index.js';
import type { Texts } from '../language/index.js';
import type { NoticeFields } from './fields.js';

/** Ways in that a prompt speaks of: all that a caller may name. */
export type PromptMethod = VerificationMethod;

/** What a person is told at each verification, before anything starts (D9). */
export interface VerificationPrompt {
  readonly language: string;
  readonly method: PromptMethod;
  readonly purpose: string;
  /** What the person does to start. */
  readonly startAction: string;
  /** "You may use X instead": the other ways in, never the one that is spoken of. */
  readonly instead: readonly string[];
  /** All of it in one breath, for a voice. */
  readonly voice: string;
}

/** @param texts of `prompt.json`; @param fields in the same language. */
export function verificationPrompt(fields: NoticeFields, texts: Texts, method: PromptMethod): VerificationPrompt {
  const purpose = texts.say('purpose', { purpose: fields.purpose });
  const startAction = texts.say(method === 'face' ? `start.face.${fields.method}` : `start.${method}`);
  // The face is never offered to somebody who chose another way: that would be nagging (M12).
  const instead = fields.alternatives
    .filter((way) => way !== method && !(method === 'card' && way === 'card+pin'))
    .map((way) => texts.say('instead', { way: texts.say(`way.${way}`) }));
  return {
    language: texts.language,
    method,
    purpose,
    startAction,
    instead,
    voice: [purpose, startAction, ...instead].join(' '),
  };
}
