import type { ScreenConfig } from '../../config/index.js';
import { MenshenError } from '../../core/index.js';
import type { Languages } from '../../language/index.js';

export interface ScreenLanguage {
  readonly tag: string;
  /** In the language itself. */
  readonly name: string;
}

/** The languages that a screen offers. @throws MenshenError `config-invalid` for one that is not there. */
export function screenLanguages(languages: Languages, screen: ScreenConfig): readonly ScreenLanguage[] {
  const wanted = screen.languages ?? languages.list.map(({ tag }) => tag);
  const missing = [...wanted, screen.defaultLanguage].find((tag) => !languages.has(tag));
  if (missing !== undefined) {
    throw new MenshenError(
      'config-invalid',
      `The section \`screen\` names the language ${missing}, and there is no config/languages/${missing}. Take it out or add it.`,
    );
  }
  return languages.list.filter(({ tag }) => wanted.includes(tag));
}
