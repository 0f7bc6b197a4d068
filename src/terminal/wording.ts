import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../platform/index.js';
import type { Wording } from '../visit/index.js';

const siteLanguage = 'zh';

/** Texts of receipts and of people's own data, from `config/languages/<tag>/receipts.json`. */
export function receiptWording(): Wording {
  const read = new Map<string, Readonly<Record<string, string>>>();
  const textsOf = (tag: string) => {
    const known = read.get(tag) ?? (JSON.parse(readFileSync(fileOf(tag), 'utf8')) as Record<string, string>);
    read.set(tag, known);
    return known;
  };
  return (language) => {
    const texts = textsOf(language === 'en' ? 'en' : siteLanguage);
    return (key) => texts[key] ?? key;
  };
}

const fileOf = (tag: string): string => join(projectFolder, 'config', 'languages', tag, 'receipts.json');
