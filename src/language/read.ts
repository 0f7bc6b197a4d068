import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MenshenError } from '../core/index.js';

/** What of a language coerces, misleads or nags (M12). */
export interface WordingRules {
  readonly refused: readonly string[];
  /** Longer phrases that hold a refused one and mean the opposite, such as “never the only way”. */
  readonly allowed: readonly string[];
}

const tagPattern = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
/** About the language itself; not compared key by key. */
export const nameFile = 'language';
/** A list and not texts: every language has its own coercive phrases. */
export const refusedPhrasesFile = 'refused-phrases';

export interface LanguageFolder {
  readonly tag: string;
  readonly name: string;
  readonly wording: WordingRules;
  /** By file name without `.json`. */
  readonly files: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** The tags below `folder`, sorted. @throws MenshenError `language-invalid`. */
export function tagsIn(folder: string): string[] {
  const entries = attempt(folder, () => readdirSync(folder, { withFileTypes: true }));
  const tags = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const odd = tags.find((tag) => !tagPattern.test(tag));
  if (odd !== undefined) throw invalid(join(folder, odd), 'this is no language tag such as en, zh or pt-BR');
  return tags.sort();
}

/** Reads one language's folder whole; nothing is compared yet. @throws MenshenError `language-invalid`. */
export function readLanguageFolder(folder: string, tag: string): LanguageFolder {
  const at = join(folder, tag);
  const names = attempt(at, () => readdirSync(at)).filter((name) => !name.startsWith('.'));
  const odd = names.find((name) => !name.endsWith('.json'));
  if (odd !== undefined) throw invalid(join(at, odd), 'only .json files belong here');
  const files = new Map<string, Readonly<Record<string, string>>>();
  for (const name of names.map((file) => file.slice(0, -'.json'.length)).sort()) {
    if (name !== nameFile && name !== refusedPhrasesFile) files.set(name, textsIn(join(at, `${name}.json`)));
  }
  const about = textsIn(join(at, `${nameFile}.json`));
  const unknown = Object.keys(about).find((key) => key !== 'name');
  if (unknown !== undefined) throw invalid(join(at, `${nameFile}.json`), `unknown key ${unknown}`);
  if (about.name === undefined) throw invalid(join(at, `${nameFile}.json`), 'the key name is missing');
  return { tag, name: about.name, files, wording: rulesIn(join(at, `${refusedPhrasesFile}.json`)) };
}

/** An error that names the file, and what to do about it. */
export function invalid(file: string, what: string, cause?: unknown): MenshenError {
  return new MenshenError(
    'language-invalid',
    `${file}: ${what}. Correct the file (config/languages/en has every key) and start again.`,
    ...(cause === undefined ? [] : [{ cause }]),
  );
}

function textsIn(file: string): Readonly<Record<string, string>> {
  const value = jsonIn(file);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(file, 'it must be one object of keys and texts');
  const texts: Record<string, string> = {};
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string' || text.trim() === '') throw invalid(file, `${key} must be a text that is not empty`);
    texts[key] = text;
  }
  return texts;
}

function rulesIn(file: string): WordingRules {
  const value = jsonIn(file);
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const unknown = entries.find(([key]) => key !== 'refused' && key !== 'allowed');
  if (unknown !== undefined) throw invalid(file, `unknown key ${unknown[0]}`);
  const lists = new Map(entries.map(([key, list]) => [key, phrasesOf(file, key, list)]));
  const refused = lists.get('refused') ?? [];
  if (refused.length === 0) throw invalid(file, 'refused must be a list of phrases that no text may hold');
  return { refused, allowed: lists.get('allowed') ?? [] };
}

function phrasesOf(file: string, key: string, list: unknown): readonly string[] {
  if (!Array.isArray(list)) throw invalid(file, `${key} must be a list of phrases`);
  return list.map((phrase: unknown) => {
    if (typeof phrase !== 'string' || phrase.trim() === '') throw invalid(file, `${key}: each phrase must be a text`);
    return phrase;
  });
}

function jsonIn(file: string): unknown {
  const text = attempt(file, () => readFileSync(file, 'utf8'));
  try {
    return JSON.parse(text, (key, value: unknown) => {
      // A key of this name would change what the object is, not what it holds.
      if (key === '__proto__') throw new SyntaxError('a key __proto__');
      return value;
    });
  } catch (cause) {
    throw invalid(file, 'it is not valid JSON', cause);
  }
}

function attempt<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw invalid(file, 'it cannot be read', cause);
  }
}
