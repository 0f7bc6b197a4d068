import type { Texts } from '../language/index.js';
import type { NoticeFields } from './fields.js';

/** The whole notice in one language, for a screen or a page. */
export interface NoticeContent {
  readonly title: string;
  /** "Using your face is optional", and what to use instead: first, before anything about the face. */
  readonly optional: { readonly statement: string; readonly alternatives: readonly string[] };
  readonly sections: readonly { readonly heading: string; readonly text: string }[];
}

/** @param texts of `notice.json`. */
export function noticeContent(fields: NoticeFields, texts: Texts): NoticeContent {
  const rows: readonly [string, string][] = [
    ['processor', `${fields.processorName}, ${fields.contact}`],
    ['purpose', fields.purpose],
    ['method', texts.say(`method.${fields.method}`)],
    ['data', fields.dataTypes.map((kind) => texts.say(`data.${kind}`)).join('; ')],
    ['retention', texts.say('retention', { days: fields.retentionDays, justification: fields.retentionJustification })],
    ['storage', texts.say('storage')],
    ['necessity', fields.necessity],
    ['impact', fields.impactOnRights],
    ['rights', fields.rightsRoutes.join('; ')],
    ['withdrawal', texts.say('withdrawal')],
    ['minors', fields.minorsRule === 'none-enrolled' ? texts.say('noMinors') : fields.minorsRule],
    ['accessibility', fields.accessibilityHelp],
    ['complaints', fields.complaintContacts.join('; ')],
    ['other', fields.otherLegalMatters],
  ];
  return {
    title: texts.say('title'),
    optional: {
      statement: texts.say('optional'),
      alternatives: fields.alternatives.map((way) => texts.say(`alternative.${way}`)),
    },
    sections: rows.map(([label, text]) => ({ heading: texts.say(`label.${label}`), text })),
  };
}
