import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScreenConfig } from '../../config/index.js';
import { MenshenError } from '../../core/index.js';
import { projectFolder } from '../../platform/index.js';

export interface ScreenLanguage {
  readonly tag: string;
  /** In the language itself. */
  readonly name: string;
  /** The page's texts, as JSON; absent where nobody wrote them yet. */
  readonly texts?: Buffer;
}

/** Always offered (the notice is there in both). */
const always = ['zh', 'en'];

/** The languages of the screen with their texts, read once. @throws MenshenError `config-invalid` for one that is not there. */
export function screenLanguages(screen: ScreenConfig): readonly ScreenLanguage[] {
  const folder = join(projectFolder, 'config', 'languages');
  const textsOf = (tag: string) => join(folder, tag, 'kiosk.json');
  const found = existsSync(folder) ? readdirSync(folder).filter((tag) => existsSync(textsOf(tag))) : [];
  const there = [...new Set([...always, ...found])];
  const missing = screen.languages?.find((tag) => !there.includes(tag));
  if (missing !== undefined) {
    throw new MenshenError(
      'config-invalid',
      `screen.languages names ${missing}, and there are no texts in config/languages/${missing}. Take it out or add them.`,
    );
  }
  return (screen.languages ?? there).map((tag) => ({
    tag,
    name: new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag,
    ...(existsSync(textsOf(tag)) ? { texts: readFileSync(textsOf(tag)) } : {}),
  }));
}
