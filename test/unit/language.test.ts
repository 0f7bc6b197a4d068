import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadLanguages, shippedLanguages } from '#menshen/language/index.js';
import { temporaryFolder } from '../support/files.js';

/** A copy of the shipped folder that a translator works on. */
function copy(): string {
  const folder = join(temporaryFolder(), 'languages');
  cpSync(shippedLanguages, folder, { recursive: true });
  return folder;
}

/** A third language: the English one under another tag. */
function withAdded(tag = 'fr'): string {
  const folder = copy();
  cpSync(join(folder, 'en'), join(folder, tag), { recursive: true });
  return folder;
}

function edit(file: string, change: (texts: Record<string, unknown>) => void): void {
  const texts = JSON.parse(readFileSync(file, 'utf8'));
  change(texts);
  writeFileSync(file, JSON.stringify(texts));
}

const invalid = (...parts: string[]) =>
  expect.objectContaining({
    code: 'language-invalid',
    detail: expect.stringMatching(new RegExp(parts.map((part) => part.replaceAll(/[.+{}]/g, '\\$&')).join('.*'))),
  });

describe('the languages', () => {
  it('are Chinese and English as shipped, Chinese first', () => {
    expect(loadLanguages().list.slice(0, 2)).toEqual([
      { tag: 'zh', name: '中文' },
      { tag: 'en', name: 'English' },
    ]);
  });

  it('are one more when a folder is added, without any code', () => {
    const folder = withAdded();
    edit(join(folder, 'fr', 'language.json'), (texts) => {
      texts.name = 'Français';
    });
    edit(join(folder, 'fr', 'notice.json'), (texts) => {
      texts.title = 'Information sur la vérification faciale';
    });
    const languages = loadLanguages(folder);
    expect([languages.list.at(-1), languages.texts('fr', 'notice').say('title')]).toEqual([
      { tag: 'fr', name: 'Français' },
      'Information sur la vérification faciale',
    ]);
  });

  it('serve any named file of the folder', () => {
    const folder = copy();
    for (const tag of ['zh', 'en']) writeFileSync(join(folder, tag, 'other.json'), '{"greeting": "Hello {name}"}');
    expect(loadLanguages(folder).texts('zh', 'other').say('greeting', { name: 'Ada' })).toBe('Hello Ada');
  });

  it('say which there are when another is asked for', () => {
    expect(() => loadLanguages().texts('fr', 'notice')).toThrow(
      expect.objectContaining({ code: 'language-unknown', detail: expect.stringContaining('zh, en') }),
    );
  });

  it.each(['../../etc', '__proto__', 'constructor', ''])('know no language %j', (tag) => {
    expect(() => loadLanguages().texts(tag, 'notice')).toThrow(expect.objectContaining({ code: 'language-unknown' }));
  });

  it('fill a placeholder with what was given, whatever stands in it', () => {
    const values = { days: 3, justification: '{days} $& $1' };
    expect(loadLanguages().texts('en', 'notice').say('retention', values)).toContain('At most 3 day(s), then erased');
    expect(loadLanguages().texts('en', 'notice').say('retention', values)).toContain('{days} $& $1');
  });
});

describe('a language folder is refused, with file and key,', () => {
  const title = 'title';

  it.each([
    ['for a missing key', (folder: string) => edit(join(folder, 'notice.json'), (texts) => delete texts[title]), title],
    [
      'for an unknown key',
      (folder: string) =>
        edit(join(folder, 'notice.json'), (texts) => {
          texts.headline = 'x';
        }),
      'headline',
    ],
    [
      'for an empty text',
      (folder: string) =>
        edit(join(folder, 'notice.json'), (texts) => {
          texts[title] = ' ';
        }),
      title,
    ],
    [
      'for a text that is none',
      (folder: string) =>
        edit(join(folder, 'notice.json'), (texts) => {
          texts[title] = ['x'];
        }),
      title,
    ],
    [
      'for another placeholder',
      (folder: string) =>
        edit(join(folder, 'notice.json'), (texts) => {
          texts.retention = '{day} {justification}';
        }),
      'retention',
    ],
    [
      'for a missing placeholder',
      (folder: string) =>
        edit(join(folder, 'notice.json'), (texts) => {
          texts.retention = '{justification}';
        }),
      'retention',
    ],
    [
      'for a key that would change the object itself',
      (folder: string) => writeFileSync(join(folder, 'notice.json'), '{"__proto__": "x"}'),
      'notice.json',
    ],
    ['for what is no JSON', (folder: string) => writeFileSync(join(folder, 'notice.json'), '{'), 'notice.json'],
    ['for a list of texts', (folder: string) => writeFileSync(join(folder, 'notice.json'), '[]'), 'notice.json'],
    ['for a missing file', (folder: string) => rmSync(join(folder, 'notice.json')), 'notice.json'],
    ['for a file that no code reads', (folder: string) => writeFileSync(join(folder, 'x.json'), '{}'), 'x.json'],
    ['for another kind of file', (folder: string) => writeFileSync(join(folder, 'x.txt'), ''), 'x.txt'],
    ['without a name', (folder: string) => writeFileSync(join(folder, 'language.json'), '{}'), 'key name'],
    [
      'with more than a name',
      (folder: string) => writeFileSync(join(folder, 'language.json'), '{"name": "x", "flag": "y"}'),
      'key flag',
    ],
    [
      'without phrases to refuse',
      (folder: string) => writeFileSync(join(folder, 'refused-phrases.json'), '{"refused": []}'),
      'refused must be a list',
    ],
  ] as const)('%s', (_, spoil, what) => {
    const folder = withAdded();
    spoil(join(folder, 'fr'));
    expect(() => loadLanguages(folder)).toThrow(invalid('fr', what));
  });

  it('for a name that is no language tag', () => {
    const folder = copy();
    mkdirSync(join(folder, 'My Language'));
    expect(() => loadLanguages(folder)).toThrow(invalid('My Language'));
  });

  it.each(['zh', 'en'])('when %s is not there', (tag) => {
    const folder = copy();
    rmSync(join(folder, tag), { recursive: true });
    expect(() => loadLanguages(folder)).toThrow(invalid(tag));
  });
});
