export { counted, type MessageOptions, messageOf } from './message.js';
export { mostBehind, SyslogSender, type SyslogState } from './sender.js';
