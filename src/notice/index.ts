export { type Announcement, NoticeAnnouncement } from './announcement.js';
export { type CurrentNotice, publishNotice } from './current.js';
export { materialHash, type NoticeFields, noticeFields, noticeHash } from './fields.js';
export type { Page } from './page.js';
export type { PromptMethod, VerificationPrompt } from './prompt.js';
export type { RightsRoute, WithdrawalStep } from './routes.js';
export { checkSiteWording } from './site-wording.js';
export { NoticeTexts } from './texts.js';
export { type NoticeContent, type NoticeView, noticeContent } from './view.js';
