/** What people are told: the notice in every language, the sign, and whether they were told. */
import type { Config } from '../config/index.js';
import type { AuditPort, Clock } from '../core/index.js';
import type { Services } from '../http/index.js';
import { loadLanguages } from '../language/index.js';
import { checkSiteWording, NoticeAnnouncement, NoticeTexts, noticeFields, publishNotice } from '../notice/index.js';
import { Sign } from '../sign/index.js';
import type { Store } from '../store/index.js';

export type ToldServices = Pick<Services, 'languages' | 'notice' | 'noticeTexts' | 'announcement' | 'sign'>;

export interface ToldParts {
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Clock;
}

/** @throws MenshenError `language-invalid`, `wording-refused`, `config-invalid`: then nothing starts. */
export function openTold(config: Config, { store, audit, clock }: ToldParts): ToldServices {
  const languages = loadLanguages();
  checkSiteWording(config, languages);
  const nowMs = Math.round(clock.wallMs());
  const notice = publishNotice(store, audit, noticeFields(config), nowMs);
  const noticeTexts = new NoticeTexts(notice, languages, config.site);
  noticeTexts.record(store, audit, nowMs);
  const sign = new Sign(config, { notice, noticeTexts, languages });
  const announcement = new NoticeAnnouncement({ store, audit, clock, notice, config, signHash: sign.hash });
  return { languages, notice, noticeTexts, announcement, sign };
}
