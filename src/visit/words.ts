import type { Languages } from '../language/index.js';

/** The texts of one language in `config/languages/<tag>/receipts.json`; a key that is not there comes back as it is. */
export type Words = (key: string) => string;

const siteLanguage = 'zh';

/** @throws MenshenError `language-unknown`. */
export function wordsOf(languages: Languages, language: string = siteLanguage): Words {
  const texts = languages.texts(language, 'receipts');
  return (key) => (texts.has(key) ? texts.say(key) : key);
}
