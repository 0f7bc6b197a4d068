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

interface Remembered {
  readonly requestHash: string;
  readonly atMs: number;
  /** Absent while the first request is still running. */
  answer?: { readonly status: number; readonly body: string };
}

const rememberMs = 600_000;
const maxRemembered = 2000;

/**
 * A repeated POST with the same `Idempotency-Key` gets the first one's answer; with another body it is refused.
 *
 * Answers are kept in memory for ten minutes and never on disk: they can hold what is erased with a person.
 */
export function addIdempotency(server: FastifyInstance, { clock }: Services): void {
  const known = new Map<string, Remembered>();
  // Replays and refusals of a repetition have no entry here, so that they never end the first request's.
  const running = new WeakMap<FastifyRequest, Remembered>();
  server.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request);
    if (key === undefined) return;
    checkKey(request);
    const requestHash = hashOf(request);
    const before = known.get(key);
    if (before !== undefined && clock.monotonicMs() - before.atMs < rememberMs) {
      if (before.requestHash !== requestHash) {
        throw new MenshenError(
          'idempotency-conflict',
          'The key was used with another request. Use a new key for a new request.',
        );
      }
      if (before.answer === undefined)
        throw new MenshenError('conflict', 'The first request with this key is still running.');
      const { status, body } = before.answer;
      return reply.status(status).header('idempotent-replay', 'true').type('application/json').send(body);
    }
    known.delete(key);
    const entry = { requestHash, atMs: clock.monotonicMs() };
    known.set(key, entry);
    running.set(request, entry);
    const [oldest] = known.keys();
    if (known.size > maxRemembered && oldest !== undefined) known.delete(oldest);
  });
  server.addHook('onSend', async (request, reply, payload) => {
    const key = keyOf(request);
    const entry = running.get(request);
    if (key === undefined || entry === undefined) return payload;
    if (reply.statusCode < 300 && typeof payload === 'string')
      entry.answer = { status: reply.statusCode, body: payload };
    // What was refused may be tried again.
    else if (known.get(key) === entry) known.delete(key);
    return payload;
  });
}

/** Caller and key, or undefined where the request asks for nothing to be remembered. */
function keyOf(request: FastifyRequest): string | undefined {
  const header = request.headers['idempotency-key'];
  if (request.method !== 'POST' || typeof header !== 'string' || request.routeOptions.config.neverRemember === true) {
    return undefined;
  }
  return `${request.caller?.id ?? 'none'}:${header}`;
}

function checkKey({ headers }: FastifyRequest): void {
  if (/^[\x21-\x7e]{1,100}$/.test(String(headers['idempotency-key']))) return;
  throw new MenshenError('body-invalid', 'An Idempotency-Key has 1 to 100 visible ASCII characters.');
}

function hashOf(request: FastifyRequest): string {
  return Buffer.from(hash(canonicalOf({ url: request.url, body: request.body ?? null }))).toString('hex');
}

function canonicalOf(value: unknown): string {
  try {
    return canonicalJson(value);
  } catch (cause) {
    // `1e999` is JSON, and no number.
    throw new MenshenError('body-invalid', 'The body has a value without a canonical form (RFC 8785).', { cause });
  }
}
