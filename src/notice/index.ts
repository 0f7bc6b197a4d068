export { type Announcement, NoticeAnnouncement } from './announcement.js';
export { type CurrentNotice, publishNotice } from './current.js';
export { materialHash, type NoticeFields, noticeFields, noticeHash } from './fields.js';
export { noticeText } from './text.js';
export { type NoticeContent, noticeContent } from './view.js';
