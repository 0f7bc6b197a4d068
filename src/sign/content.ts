import type { Languages, Texts } from '../language/index.js';
import type { CurrentNotice, NoticeTexts } from '../notice/index.js';
import type { CaptureZonePicture, SignFields } from './fields.js';

/** The sign in one language. */
export interface SignWords {
  readonly language: string;
  readonly headline: string;
  readonly optional: string;
  readonly alternatives: readonly string[];
  readonly rows: readonly { readonly label: string; readonly text: string }[];
  readonly zone: string;
  readonly imprint: string;
}

/** Everything that is drawn, as plain data: it goes to the worker that draws. */
export interface SignContent {
  /** One language or two, the first in front. */
  readonly words: readonly SignWords[];
  readonly zones: readonly CaptureZonePicture[];
  readonly noticeUrl: string | null;
  /** Instead of the moment of printing: the same sign is the same file. */
  readonly dateMs: number;
}

export interface SignSource {
  readonly notice: CurrentNotice;
  readonly noticeTexts: NoticeTexts;
  readonly languages: Languages;
  readonly fields: SignFields;
  readonly signHash: string;
}

/** Enough to tell two signs or notices apart by eye. */
const shownHashLength = 16;

/** @throws MenshenError `language-unknown`. */
export function signContent(source: SignSource, tags: readonly string[]): SignContent {
  const { fields, notice } = source;
  return {
    words: tags.map((tag) => wordsIn(source, tag)),
    zones: fields.captureZones,
    noticeUrl: fields.noticeUrl,
    dateMs: notice.effectiveAtMs,
  };
}

function wordsIn({ notice, noticeTexts, languages, fields, signHash }: SignSource, tag: string): SignWords {
  const texts = languages.texts(tag, 'sign');
  const site = noticeTexts.fields(tag);
  const rows: readonly [string, string][] = [
    ['processor', site.processorName],
    ['contact', site.contact],
    ['purpose', site.purpose],
    ['retention', texts.say('retention', { days: site.retentionDays })],
    ['complaints', site.complaintContacts.join('; ')],
    ['notice', noticePlace(fields, texts)],
  ];
  return {
    language: tag,
    headline: texts.say('headline'),
    optional: texts.say('optional'),
    alternatives: noticeTexts.view(tag).optional.alternatives,
    rows: rows.map(([label, text]) => ({ label: texts.say(`label.${label}`), text })),
    zone: texts.say('zone'),
    imprint: texts.say('imprint', {
      device: fields.deviceId,
      version: notice.version,
      notice: notice.hash.slice(0, shownHashLength),
      sign: signHash.slice(0, shownHashLength),
    }),
  };
}

/** Where people really find the full notice, and nowhere else. */
function noticePlace({ noticeUrl, screen }: SignFields, texts: Texts): string {
  if (noticeUrl !== null) return texts.say(screen ? 'notice.code+screen' : 'notice.code');
  return texts.say(screen ? 'notice.screen' : 'notice.operator');
}
