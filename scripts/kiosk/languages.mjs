import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** What a language that is translated in part falls back to, text by text. */
const FALLBACK = 'en';
const RECORDING = /^([a-z0-9.-]+)\.(?:mp3|ogg|wav)$/;

/**
 * The page's texts: `config/languages/<tag>/kiosk.json`, and recorded prompts beside it in `voice/<key>.mp3` (or ogg, wav).
 *
 * @param {string} root
 * @returns {Promise<{ files: { file: string, content: string }[], recordings: { from: string, file: string }[], characters: Set<string> }>}
 */
export async function languageFiles(root) {
  const folder = path.join(root, 'config', 'languages');
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(entries.filter((entry) => entry.isDirectory()).map(({ name }) => read(folder, name)));
  const languages = found.filter((one) => one !== undefined);
  const fallback = languages.find(({ tag }) => tag === FALLBACK)?.texts ?? {};
  return {
    files: languages.map(({ tag, texts, recordings }) => ({
      file: `languages/${tag}.json`,
      content: JSON.stringify({
        texts: { ...fallback, ...texts },
        recordings: Object.fromEntries(recordings.map(({ key, file }) => [key, file])),
      }),
    })),
    recordings: languages.flatMap(({ recordings }) => recordings.map(({ from, file }) => ({ from, file }))),
    characters: await charactersOf(folder),
  };
}

/**
 * @param {string} folder
 * @param {string} tag
 */
async function read(folder, tag) {
  const file = path.join(folder, tag, 'kiosk.json');
  const content = await readFile(file, 'utf8').catch(() => undefined);
  if (content === undefined) return undefined;
  /** @type {unknown} */
  const texts = JSON.parse(content);
  if (typeof texts !== 'object' || texts === null || Object.values(texts).some((text) => typeof text !== 'string'))
    throw new Error(`${file} must be one object of texts`);
  const voice = path.join(folder, tag, 'voice');
  const names = await readdir(voice).catch(() => []);
  const recordings = names.flatMap((name) => {
    const key = RECORDING.exec(name)?.[1];
    return key === undefined ? [] : [{ key, from: path.join(voice, name), file: `voice/${tag}/${name}` }];
  });
  return { tag, texts: /** @type {Record<string, string>} */ (texts), recordings };
}

/**
 * Everything that any file of a language says: the notice is read on this screen as well.
 *
 * @param {string} folder
 */
async function charactersOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.json'));
  const texts = await Promise.all(
    files.map((entry) => readFile(path.join(entry.parentPath ?? entry.path, entry.name), 'utf8')),
  );
  return new Set([...texts.join('')].filter((character) => character > ' '));
}
