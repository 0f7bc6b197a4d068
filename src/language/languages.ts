import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MenshenError } from '../core/index.js';
import { invalid, type LanguageFolder, readLanguageFolder, tagsIn } from './read.js';
import { placeholdersOf, Texts } from './texts.js';
import { refusedPhraseIn, refusedWording } from './wording.js';

/** `config/languages` of the project, in a checkout and in the container image alike. */
export const shippedLanguages = fileURLToPath(new URL('../../config/languages/', import.meta.url));

/** The language that says which files and keys there are. */
const referenceTag = 'en';
/** Always there, and first in every choice; the law's own language leads. */
const requiredTags = ['zh', referenceTag];

/** The languages of the terminal's texts; one more is a folder more. */
export class Languages {
  readonly #folders: ReadonlyMap<string, LanguageFolder>;

  constructor(folders: readonly LanguageFolder[]) {
    this.#folders = new Map(folders.map((folder) => [folder.tag, folder]));
  }

  /** In the order in which they are offered: `zh`, `en`, then the others. */
  get list(): readonly { readonly tag: string; readonly name: string }[] {
    return [...this.#folders.values()].map(({ tag, name }) => ({ tag, name }));
  }

  has(tag: string): boolean {
    return this.#folders.has(tag);
  }

  /**
   * One file's texts, for example `texts('zh', 'kiosk')` of `config/languages/zh/kiosk.json`.
   *
   * @throws MenshenError `language-unknown` for a language that is not there, `internal` for a file that is not.
   */
  texts(tag: string, file: string): Texts {
    const texts = this.#folder(tag).files.get(file);
    if (texts === undefined) throw new MenshenError('internal', `there is no ${tag}/${file}.json`);
    return new Texts(tag, file, texts);
  }

  /** Names of the files that every language has, without `.json`. */
  get files(): readonly string[] {
    return [...this.#folder(referenceTag).files.keys()];
  }

  /**
   * The first phrase in a text that coerces, misleads or nags (M12), by the lists of all languages: a site writes its
   * own texts in any of them, or in several at once.
   */
  refusedPhraseIn(text: string): string | undefined {
    for (const { wording } of this.#folders.values()) {
      const found = refusedPhraseIn(text, wording);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #folder(tag: string): LanguageFolder {
    const folder = this.#folders.get(tag);
    if (folder === undefined) {
      const known = [...this.#folders.keys()].join(', ');
      throw new MenshenError(
        'language-unknown',
        `There are texts in ${known}, not in that language. Ask for one of them.`,
      );
    }
    return folder;
  }
}

/**
 * Reads and checks every language: the files and keys of `en`, with the same placeholders, and nothing else.
 *
 * @throws MenshenError `language-invalid` naming the file and the key.
 */
export function loadLanguages(folder: string = shippedLanguages): Languages {
  const tags = tagsIn(folder);
  const missing = requiredTags.find((tag) => !tags.includes(tag));
  if (missing !== undefined) throw invalid(join(folder, missing), 'this language must be there');
  const ordered = [...requiredTags, ...tags.filter((tag) => !requiredTags.includes(tag))];
  const folders = ordered.map((tag) => readLanguageFolder(folder, tag));
  const reference = folders.find(({ tag }) => tag === referenceTag);
  if (reference === undefined) throw invalid(join(folder, referenceTag), 'this language must be there');
  for (const other of folders) compareFiles(folder, reference, other);
  const languages = new Languages(folders);
  for (const { tag, files } of folders) checkWording(folder, tag, files, languages);
  return languages;
}

/** M12: shipped texts and those of an added language alike. */
function checkWording(folder: string, tag: string, files: LanguageFolder['files'], languages: Languages): void {
  for (const [file, texts] of files) {
    for (const [key, text] of Object.entries(texts)) {
      const phrase = languages.refusedPhraseIn(text);
      if (phrase !== undefined) throw refusedWording(`${join(folder, tag, `${file}.json`)}: ${key}`, phrase);
    }
  }
}

function compareFiles(folder: string, reference: LanguageFolder, other: LanguageFolder): void {
  const at = (file: string) => join(folder, other.tag, `${file}.json`);
  const extra = [...other.files.keys()].find((file) => !reference.files.has(file));
  if (extra !== undefined) throw invalid(at(extra), `there is no such file in ${reference.tag}`);
  for (const [file, texts] of reference.files) {
    const theirs = other.files.get(file);
    if (theirs === undefined) throw invalid(at(file), 'this file is missing');
    compareKeys(at(file), texts, theirs);
  }
}

type Flat = Readonly<Record<string, string>>;

function compareKeys(file: string, reference: Flat, theirs: Flat): void {
  const unknown = Object.keys(theirs).find((key) => !Object.hasOwn(reference, key));
  if (unknown !== undefined) throw invalid(file, `unknown key ${unknown}`);
  for (const [key, text] of Object.entries(reference)) {
    const translated = Object.hasOwn(theirs, key) ? theirs[key] : undefined;
    if (translated === undefined) throw invalid(file, `the key ${key} is missing`);
    const [wanted, found] = [placeholdersOf(text).join(', '), placeholdersOf(translated).join(', ')];
    if (wanted !== found)
      throw invalid(file, `${key} must have the placeholders ${wanted || '(none)'}, it has ${found || '(none)'}`);
  }
}
