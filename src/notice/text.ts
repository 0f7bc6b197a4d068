import type { NoticeFields } from './fields.js';
import { en } from './languages/en.js';
import { zh } from './languages/zh.js';
import type { NoticeWording } from './wording.js';

export const noticeLanguages = { en, zh } as const satisfies Record<string, NoticeWording>;
export type NoticeLanguage = keyof typeof noticeLanguages;

/** The whole notice as plain text for people. */
export function noticeText(fields: NoticeFields, language: NoticeLanguage): string {
  const words: NoticeWording = noticeLanguages[language];
  const { labels } = words;
  const rows: readonly [string, string][] = [
    [labels.processor, `${fields.processorName}, ${fields.contact}`],
    [labels.purpose, fields.purpose],
    [labels.method, words.methods[fields.method]],
    [labels.data, fields.dataTypes.map((kind) => words.dataTypes[kind] ?? kind).join('; ')],
    [labels.retention, words.retention(fields.retentionDays, fields.retentionJustification)],
    [labels.storage, words.storage],
    [labels.necessity, fields.necessity],
    [labels.impact, fields.impactOnRights],
    [labels.rights, fields.rightsRoutes.join('; ')],
    [labels.withdrawal, words.withdrawal],
    [labels.minors, fields.minorsRule === 'none-enrolled' ? words.noMinors : fields.minorsRule],
    [labels.accessibility, fields.accessibilityHelp],
    [labels.complaints, fields.complaintContacts.join('; ')],
    [labels.other, fields.otherLegalMatters],
  ];
  const alternatives = fields.alternatives.map((way) => `- ${words.alternatives[way]}`);
  return [
    words.title,
    '',
    words.optional,
    ...alternatives,
    '',
    ...rows.map(([label, text]) => `${label}: ${text}`),
  ].join('\n');
}
