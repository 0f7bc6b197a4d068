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
