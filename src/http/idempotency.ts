import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MenshenError } from '../core/index.js';
import { canonicalJson, hash } from '../crypto/index.js';
import type { Services } from './services.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The answer holds a secret: it is never remembered. */
    readonly neverRemember?: boolean;
  }
}

/** A repeated POST with the same `Idempotency-Key` gets the first one's answer; with another body it is refused. */
export function addIdempotency(server: FastifyInstance, { store, clock }: Services): void {
  const inFlight = new Set<string>();
  server.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request);
    if (key === undefined) return;
    const caller = request.caller?.id ?? 'none';
    const remembered = store.idempotentAnswers.get(caller, key);
    if (remembered !== undefined) {
      if (remembered.requestHash !== hashOf(request)) {
        throw new MenshenError(
          'idempotency-conflict',
          'The key was used with another request. Use a new key for a new request.',
        );
      }
      return reply
        .status(remembered.status)
        .header('idempotent-replay', 'true')
        .type('application/json')
        .send(remembered.response);
    }
    if (inFlight.has(`${caller}:${key}`))
      throw new MenshenError('conflict', 'The first request with this key is still running.');
    inFlight.add(`${caller}:${key}`);
  });
  server.addHook('onSend', async (request, reply, payload) => {
    const key = keyOf(request);
    const fresh = reply.getHeader('idempotent-replay') === undefined;
    if (key !== undefined && fresh && reply.statusCode < 300 && typeof payload === 'string') {
      const answer = { requestHash: hashOf(request), status: reply.statusCode, response: payload };
      store.idempotentAnswers.put(request.caller?.id ?? 'none', key, answer, Math.round(clock.wallMs()));
    }
    return payload;
  });
  server.addHook('onResponse', async (request) => {
    const key = keyOf(request);
    if (key !== undefined) inFlight.delete(`${request.caller?.id ?? 'none'}:${key}`);
  });
}

function keyOf(request: FastifyRequest): string | undefined {
  const header = request.headers['idempotency-key'];
  if (request.method !== 'POST' || typeof header !== 'string' || request.routeOptions.config.neverRemember === true)
    return undefined;
  if (!/^[\x21-\x7e]{1,100}$/.test(header))
    throw new MenshenError('body-invalid', 'An Idempotency-Key has 1 to 100 visible ASCII characters.');
  return header;
}

const hashOf = (request: FastifyRequest): string =>
  Buffer.from(hash(canonicalJson({ url: request.url, body: request.body ?? null }))).toString('hex');
