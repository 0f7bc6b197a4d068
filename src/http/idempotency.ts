import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Clock, MenshenError } from '../core/index.js';
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
/** Of all answers together, in UTF-16 units. */
const maxRememberedLength = 8 * 1024 * 1024;
const forgetPeriodMs = 60_000;

/**
 * A repeated POST with the same `Idempotency-Key` gets the first one's answer; with another body it is refused.
 *
 * Answers are kept in memory for ten minutes and never on disk: they can hold what is erased with a person.
 */
export function addIdempotency(server: FastifyInstance, { clock, timers }: Services): void {
  const known = new Answers(clock);
  const forgetting = timers.every(forgetPeriodMs, () => known.forgetOld());
  server.addHook('onClose', async () => forgetting.cancel());
  // Replays and refusals of a repetition have no entry here, so that they never end the first request's.
  const running = new WeakMap<FastifyRequest, Remembered>();
  server.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request);
    if (key === undefined) return;
    checkKey(request);
    const requestHash = hashOf(request);
    const before = known.get(key);
    if (before !== undefined) {
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
    running.set(request, known.begin(key, requestHash));
  });
  server.addHook('onSend', async (request, reply, payload) => {
    const key = keyOf(request);
    const entry = running.get(request);
    if (key === undefined || entry === undefined) return payload;
    if (reply.statusCode < 300 && typeof payload === 'string')
      known.answered(key, entry, { status: reply.statusCode, body: payload });
    // What was refused may be tried again.
    else known.forget(key, entry);
    return payload;
  });
}

/** Oldest first; bounded by age, number and length. */
class Answers {
  readonly #clock: Clock;
  readonly #known = new Map<string, Remembered>();
  #length = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string): Remembered | undefined {
    this.forgetOld();
    return this.#known.get(key);
  }

  begin(key: string, requestHash: string): Remembered {
    const entry = { requestHash, atMs: this.#clock.monotonicMs() };
    this.#known.set(key, entry);
    this.#makeRoom();
    return entry;
  }

  /** One that had to make room meanwhile stays forgotten. */
  answered(key: string, entry: Remembered, answer: NonNullable<Remembered['answer']>): void {
    if (this.#known.get(key) !== entry) return;
    entry.answer = answer;
    this.#length += answer.body.length;
    this.#makeRoom();
  }

  forget(key: string, entry: Remembered): void {
    if (this.#known.get(key) !== entry) return;
    this.#known.delete(key);
    this.#length -= entry.answer?.body.length ?? 0;
  }

  forgetOld(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [key, entry] of this.#known) {
      if (nowMs - entry.atMs < rememberMs) return;
      this.forget(key, entry);
    }
  }

  #makeRoom(): void {
    for (const [key, entry] of this.#known) {
      if (this.#known.size <= maxRemembered && this.#length <= maxRememberedLength) return;
      this.forget(key, entry);
    }
  }
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
