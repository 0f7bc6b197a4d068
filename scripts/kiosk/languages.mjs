import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Every character that a file of a language holds: the notice and the receipts are read on this screen as well.
 *
 * @param {string} root
 */
export async function shippedCharacters(root) {
  const folder = path.join(root, 'config', 'languages');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.json'));
  const texts = await Promise.all(
    files.map((entry) => readFile(path.join(entry.parentPath ?? entry.path, entry.name), 'utf8')),
  );
  return new Set([...texts.join('')].filter((character) => character > ' '));
}

/**
 * Recorded prompts, for terminals without a synthetic voice: `config/voice/<language>/<key of kiosk.json>.mp3`, ogg or
 * wav. None are shipped.
 *
 * @param {string} root
 * @returns {Promise<{ tag: string, key: string, from: string, file: string }[]>} `file`: below the page's folder
 */
export async function recordedPrompts(root) {
  const folder = path.join(root, 'config', 'voice');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.flatMap((entry) => {
    const from = path.join(entry.parentPath ?? entry.path, entry.name);
    const found = /^([A-Za-z0-9-]+)\/([a-z0-9.-]+)\.(?:mp3|ogg|wav)$/.exec(
      path.relative(folder, from).replaceAll('\\', '/'),
    );
    const [whole, tag, key] = found ?? [];
    return whole === undefined || tag === undefined || key === undefined
      ? []
      : [{ tag, key, from, file: `voice/${whole}` }];
  });
}
