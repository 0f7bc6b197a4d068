import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { InventoryEntry } from './route-inventory.js';
import type { Services } from './services.js';

/** The server as routes see it: bodies and queries typed by their schemas. */
export type Server = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
declare module 'fastify' {
  interface FastifyInstance {
    /** Every route as it is served, with who may call it. */
    readonly inventory: readonly InventoryEntry[];
  }
}

/** One group of routes. */
export type Routes = (server: Server, services: Services) => void;
