import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fontStyles } from '../../scripts/kiosk/fonts.mjs';
import { recordedPrompts, shippedCharacters } from '../../scripts/kiosk/languages.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'dist', 'kiosk');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  statSync(join(folder, name)).isFile(),
);
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const written = files.filter((name) => /\.(html|js|css|json)$/.test(name));

describe('the built page', () => {
  it('is small: one script below 100 kB, styles below 20 kB', () => {
    const size = (ending: string) =>
      files
        .filter((name) => name.endsWith(ending) && !name.startsWith('fonts'))
        .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(size('.js')).toBeLessThan(100_000);
    expect(size('.css')).toBeLessThan(20_000);
  });

  it('ships no source map and no source', () => {
    expect(files.filter((name) => /\.(map|tsx?)$/.test(name))).toEqual([]);
    expect(written.filter((name) => read(name).includes('sourceMappingURL'))).toEqual([]);
  });

  it('names no address outside but the names of XML vocabularies', () => {
    const outside = written.flatMap((name) => read(name).match(/https?:\/\/[^"'`\s)]+/g) ?? []);
    expect(outside.filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([]);
  });

  it('has no inline script and no inline style, which its policy would refuse', () => {
    const page = read('index.html');
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=/);
  });

  it('has every text compressed beforehand, and the same', () => {
    const differing = written.filter(
      (name) => brotliDecompressSync(readFileSync(join(folder, `${name}.br`))).toString() !== read(name),
    );
    expect(differing).toEqual([]);
  });

  it('has the fonts that its styles name, and the licences of what it carries', () => {
    const named = [read('fonts.css'), read('fonts-more.css')].flatMap(
      (css) => css.match(/fonts\/[\w-]+\.woff2/g) ?? [],
    );
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((name) => !files.includes(name))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(['LICENSE-preact.txt', join('fonts', 'LICENSE.txt')]));
  });
});

describe('the fonts of the first style sheet', () => {
  it('hold what the shipped texts need, and the second the rest', async () => {
    const { first, more } = await fontStyles(root, new Set(['门', 'A']));
    const ranges = (css: string) => css.match(/unicode-range:/g)?.length ?? 0;
    expect(ranges(first)).toBeLessThan(5);
    expect(ranges(more)).toBeGreaterThan(50);
  });

  it('are chosen by every language file, the notice included', async () => {
    const characters = await shippedCharacters(root);
    for (const character of '请选择通行方式告知书Menshen') expect(characters.has(character), character).toBe(true);
  });
});

describe('recorded prompts', () => {
  it('are found by language and key, and nothing else is', async () => {
    const place = mkdtempSync(join(tmpdir(), 'menshen-voice-'));
    onTestFinished(() => rmSync(place, { recursive: true }));
    for (const name of ['zh/card.say.mp3', 'en/face.say.ogg', 'en/notes.txt', 'en/deep/face.say.mp3', 'loose.mp3']) {
      mkdirSync(join(place, 'config', 'voice', name, '..'), { recursive: true });
      writeFileSync(join(place, 'config', 'voice', name), '');
    }
    const found = (await recordedPrompts(place)).map(({ tag, key, file }) => ({ tag, key, file }));
    expect(found.sort((a, b) => a.tag.localeCompare(b.tag))).toEqual([
      { tag: 'en', key: 'face.say', file: 'voice/en/face.say.ogg' },
      { tag: 'zh', key: 'card.say', file: 'voice/zh/card.say.mp3' },
    ]);
  });

  it('are not needed', async () => {
    expect(await recordedPrompts(join(tmpdir(), 'menshen-no-such-place'))).toEqual([]);
  });
});
