import type { Config } from '../config/index.js';
import type { Texts } from '../language/index.js';
import type { NoticeFields } from './fields.js';

/** The whole notice in one language, for a screen or a page; every field of the law's list is in it. */
export interface NoticeContent {
  readonly title: string;
  /** "Using your face is optional", and what to use instead: first, before anything about the face. */
  readonly optional: { readonly statement: string; readonly alternatives: readonly string[] };
  readonly sections: readonly { readonly heading: string; readonly text: string }[];
}

/** The current notice as one language says it. */
export interface NoticeView extends NoticeContent {
  readonly version: number;
  /** Over the fields: what consents are bound to, the same in every language. */
  readonly hash: string;
  /** Over the words of this language. */
  readonly textHash: string;
  readonly effectiveAt: string;
  readonly language: string;
}

/** What the site wrote, in another language (`site.translations`). */
export type Translation = NonNullable<Config['site']['translations']>[string];

/** @param texts of `notice.json`; what has no translation stays in the language in which the site wrote it. */
export function noticeContent(fields: NoticeFields, texts: Texts, translation: Translation = {}): NoticeContent {
  const site = inLanguage(fields, translation);
  const rows: readonly [string, string][] = [
    ['processor', site.processorName],
    ['contact', site.contact],
    ['purpose', site.purpose],
    ['method', texts.say(`method.${site.method}`)],
    ['data', site.dataTypes.map((kind) => texts.say(`data.${kind}`)).join('; ')],
    ['retention', retentionText(site, texts)],
    ['storage', texts.say(`storage.${site.storageLocation}`)],
    ['transfer', texts.say(`transfer.${site.internetTransfer}`)],
    ['necessity', site.necessity],
    ['impact', site.impactOnRights],
    ['rights', rightsText(site, texts)],
    ['withdrawal', withdrawalText(site, texts)],
    ['minors', site.minorsRule === 'none-enrolled' ? texts.say('noMinors') : site.minorsRule],
    ['accessibility', site.accessibilityHelp],
    ['complaints', site.complaintContacts.join('; ')],
    // "none" is the configuration's word for it, and no word of Chinese.
    ['other', site.otherLegalMatters.trim() === 'none' ? texts.say('otherNone') : site.otherLegalMatters],
  ];
  return {
    title: texts.say('title'),
    optional: {
      statement: texts.say('optional'),
      alternatives: site.alternatives.map((way) => texts.say(`alternative.${way}`)),
    },
    sections: rows.map(([label, text]) => ({ heading: texts.say(`label.${label}`), text })),
  };
}

/** The fields with what the site translated in place. */
export function inLanguage(fields: NoticeFields, translation: Translation): NoticeFields {
  const { rightsRoutes, minorsRules, ...plain } = translation;
  return {
    ...fields,
    ...plain,
    ...(rightsRoutes === undefined ? {} : { otherRightsRoutes: rightsRoutes }),
    // No translation can bring minors in where the site enrols none.
    ...(minorsRules === undefined || fields.minorsRule === 'none-enrolled' ? {} : { minorsRule: minorsRules }),
  };
}

/** Every end there is, since the earliest counts (M8.3). */
function retentionText(fields: NoticeFields, texts: Texts): string {
  const { retentionDays, retentionJustification, inactivityDays, purposeEndsOn } = fields;
  const ends = [
    texts.say('retention', { days: retentionDays, justification: retentionJustification }),
    ...(inactivityDays === undefined ? [] : [texts.say('retention.inactivity', { days: inactivityDays })]),
    ...(purposeEndsOn === undefined ? [] : [texts.say('retention.purposeEnds', { date: purposeEndsOn })]),
  ];
  return ends.join(' ');
}

function rightsText({ rightsRoutes, otherRightsRoutes }: NoticeFields, texts: Texts): string {
  const ways = [...rightsRoutes.map((route) => texts.say(`route.${route}`)), ...otherRightsRoutes];
  return `${texts.say('rights')} ${ways.join('; ')}`;
}

function withdrawalText({ withdrawalSteps }: NoticeFields, texts: Texts): string {
  const steps = withdrawalSteps.map((step, index) => `${index + 1}. ${texts.say(`step.${step}`)}`);
  return [...steps, texts.say('withdrawal')].join(' ');
}
