export { type CurrentNotice, publishNotice } from './current.js';
export { materialHash, type NoticeFields, noticeFields, noticeHash } from './fields.js';
export { type NoticeLanguage, noticeLanguages, noticeText } from './text.js';
