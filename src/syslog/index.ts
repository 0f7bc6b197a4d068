export { counted, type MessageOptions, messageOf } from './message.js';
export { mostBehind, type SyslogParts, SyslogSender, type SyslogState } from './sender.js';
