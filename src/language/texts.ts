import { MenshenError } from '../core/index.js';

/** One file of one language: flat keys, each with a text that may hold `{placeholders}`. */
export class Texts {
  /** The language's tag. */
  readonly language: string;
  readonly file: string;
  /** Every text as it stands in the file, for pages that fill the placeholders themselves. */
  readonly all: Readonly<Record<string, string>>;

  constructor(language: string, file: string, all: Readonly<Record<string, string>>) {
    this.language = language;
    this.file = file;
    this.all = all;
  }

  /** Whether there is a text with this key. */
  has(key: string): boolean {
    return Object.hasOwn(this.all, key);
  }

  /**
   * The text with its placeholders filled.
   *
   * @throws MenshenError `internal` for a key or placeholder that is not there: the code asks for it, so the code is wrong.
   */
  say(key: string, values: Readonly<Record<string, string | number>> = {}): string {
    const text = this.has(key) ? this.all[key] : undefined;
    if (text === undefined) throw new MenshenError('internal', `${this.language}/${this.file}.json has no ${key}`);
    return text.replace(placeholderPattern, (_, name: string) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined) throw new MenshenError('internal', `${this.file}.json ${key}: nothing fills {${name}}`);
      return String(value);
    });
  }
}

const placeholderPattern = /\{([A-Za-z][A-Za-z0-9]*)\}/g;

/** The names in a text's placeholders, sorted, each once. */
export function placeholdersOf(text: string): string[] {
  return [...new Set([...text.matchAll(placeholderPattern)].map(([, name = '']) => name))].sort();
}
