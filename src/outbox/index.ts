export type { Content, Dialect } from './message.js';
export { type ListenerView, Outbox } from './outbox.js';
export type { OutboxParts } from './parts.js';
export type { NewListener } from './register.js';
