import { MenshenError } from '../core/index.js';
import type { WordingRules } from './read.js';

/** The first refused phrase in a text, however it is spaced and written; undefined when there is none. */
export function refusedPhraseIn(text: string, rules: WordingRules): string | undefined {
  const { refused, allowed } = normalised(rules);
  let rest = normal(text);
  for (const phrase of allowed) rest = rest.replaceAll(phrase, ' ');
  return refused.find(({ written }) => rest.includes(written))?.phrase;
}

interface NormalRules {
  readonly refused: readonly { readonly phrase: string; readonly written: string }[];
  readonly allowed: readonly string[];
}

/** Hundreds of texts are held against the same lists at each start: their phrases are brought into normal form once. */
const known = new WeakMap<WordingRules, NormalRules>();

function normalised(rules: WordingRules): NormalRules {
  const before = known.get(rules);
  if (before !== undefined) return before;
  const made = {
    refused: rules.refused.map((phrase) => ({ phrase, written: normal(phrase) })),
    allowed: rules.allowed.map(normal),
  };
  known.set(rules, made);
  return made;
}

/** M12, with where it stands and what it is. */
export function refusedWording(where: string, phrase: string): MenshenError {
  return new MenshenError(
    'wording-refused',
    `${where} says “${phrase}”. No text may coerce, mislead or nag (M12): using the face is a choice that costs nothing. Say it differently and start again.`,
  );
}

/** Full and half width, case, quotes, dashes and spaces make no difference; Chinese is written without spaces. */
function normal(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, '')
    .replace(/[‘’]/g, "'")
    .replace(/[“”„«»"*_]/g, '')
    .replace(/[‐-―,:，：-]/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/(?<=[\p{sc=Han}，。、；：！？]) | (?=[\p{sc=Han}，。、；：！？])/gu, '');
}
