import type { Config } from '../config/index.js';
import { MenshenError } from '../core/index.js';
import { type Languages, refusedWording } from '../language/index.js';

/**
 * Refuses what the site wrote itself when it coerces, misleads or nags (M12), or is a translation into a language that
 * is not there.
 *
 * @throws MenshenError `wording-refused` naming the key and the phrase, `config-invalid`.
 */
export function checkSiteWording({ site }: Pick<Config, 'site'>, languages: Languages): void {
  const odd = Object.keys(site.translations ?? {}).find((tag) => !languages.has(tag));
  if (odd !== undefined) {
    throw new MenshenError(
      'config-invalid',
      `site.translations.${odd}: there is no folder config/languages/${odd}. Add it, or take the translation out.`,
    );
  }
  // Declarations are for the record; people at the gate read all the rest.
  const { lawfulUse: _declared, signPosted: _alsoDeclared, ...told } = site;
  for (const [path, text] of textsIn(told, ['site'])) {
    const phrase = languages.refusedPhraseIn(text);
    if (phrase !== undefined) throw refusedWording(path.join('.'), phrase);
  }
}

function textsIn(value: unknown, path: readonly string[]): (readonly [readonly string[], string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => textsIn(entry, [...path, key]));
}
