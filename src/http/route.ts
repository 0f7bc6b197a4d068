import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { TypeBoxTypeProvider } from '#typebox/fastify';
import type { DenialLog } from './denials.js';
import type { Services } from './services.js';
import type { StreamSlots } from './stream-slots.js';

declare module 'fastify' {
  interface FastifyInstance {
    readonly denials: DenialLog;
    readonly streams: StreamSlots;
  }
}

/** The server as routes see it: bodies and queries typed by their schemas. */
export type Server = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
/** One group of routes. */
export type Routes = (server: Server, services: Services) => void;
