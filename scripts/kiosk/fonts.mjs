import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The first CSS has what the shipped texts need; the rest is asked for when the page stands, for the site's own words. */
const PACKAGE = path.join('node_modules', '@fontsource-variable', 'noto-sans-sc');
const FAMILY = 'Noto Sans SC Variable';

/**
 * Noto Sans SC in its subsets, so that Chinese shows on a terminal without Chinese fonts. A browser fetches only those
 * that hold a character it shows.
 *
 * @param {string} root
 * @param {Set<string>} characters of the shipped texts
 * @returns {Promise<{ first: string, more: string, files: { from: string, file: string }[] }>} two style sheets, and the files they name below `fonts/`
 */
export async function fontStyles(root, characters) {
  const folder = path.join(root, PACKAGE);
  /** @type {Record<string, string>} */
  const ranges = JSON.parse(await readFile(path.join(folder, 'unicode.json'), 'utf8'));
  const subsets = Object.entries(ranges).map(([key, range]) => {
    const file = `noto-sans-sc-${key.replace(/[[\]]/g, '')}-wght-normal.woff2`;
    return { file, from: path.join(folder, 'files', file), range, needed: holdsOneOf(range, characters) };
  });
  const sheet = (/** @type {typeof subsets} */ chosen) => chosen.map(fontFace).join('');
  return {
    first: sheet(subsets.filter(({ needed }) => needed)),
    more: sheet(subsets.filter(({ needed }) => !needed)),
    files: [
      ...subsets.map(({ file, from }) => ({ file, from })),
      { file: 'LICENSE.txt', from: path.join(folder, 'LICENSE') },
    ],
  };
}

/** @param {{ file: string, range: string }} subset */
function fontFace({ file, range }) {
  return `@font-face{font-family:"${FAMILY}";font-weight:100 900;font-display:swap;src:url(fonts/${file}) format("woff2");unicode-range:${range}}\n`;
}

/**
 * @param {string} range like `U+20-7e,U+4e00`
 * @param {Set<string>} characters
 */
function holdsOneOf(range, characters) {
  const spans = range.split(',').map((span) => {
    const [first = '', last = first] = span.trim().replace(/^U\+/i, '').split('-');
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
  });
  const points = [...characters].map((character) => character.codePointAt(0) ?? 0);
  return points.some((point) => spans.some(([first = 0, last = 0]) => point >= first && point <= last));
}
