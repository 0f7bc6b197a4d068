import { hash } from '../crypto/index.js';
import type { Texts } from '../language/index.js';
import type { NoticeFields } from './fields.js';
import { noticeContent } from './view.js';

/** The whole notice as plain text for people. @param texts of `notice.json`. */
export function noticeText(fields: NoticeFields, texts: Texts): string {
  const { title, optional, sections } = noticeContent(fields, texts);
  return [
    title,
    '',
    optional.statement,
    ...optional.alternatives.map((way) => `- ${way}`),
    '',
    ...sections.map(({ heading, text }) => `${heading}: ${text}`),
  ].join('\n');
}

/** Hex BLAKE2b-256 of the text that people read in one language: consents name it. */
export function noticeTextHash(fields: NoticeFields, texts: Texts): string {
  return Buffer.from(hash(noticeText(fields, texts))).toString('hex');
}
