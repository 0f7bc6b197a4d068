import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller, Role } from '../access/index.js';
import { bestEffortAudit } from '../audit/index.js';
import { isLoopback } from '../config/index.js';
import { MenshenError } from '../core/index.js';
import type { Services } from './services.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call this; a route that names nobody is closed to everyone. */
    readonly allow?: readonly Role[] | 'anyone';
  }
  interface FastifyRequest {
    caller: Caller | undefined;
  }
}

const localCaller: Caller = { id: 'local', role: 'admin' };

/**
 * Default deny: every route states its roles. `local` listeners (the socket that only the device's owner can open)
 * call as admin.
 */
export function addAuthentication(server: FastifyInstance, services: Services, options: { local: boolean }): void {
  const denials = new DenialLog(services);
  server.decorateRequest('caller', undefined);
  server.addHook('onRequest', async (request) => {
    // On the owner's socket a key still says who somebody is: acts of two people need two callers.
    request.caller = options.local && bearerOf(request) === undefined ? localCaller : callerOf(request, services);
  });
  // After the rate limit, which is a hook of each route: guessing keys is slowed down too.
  server.addHook('preParsing', async (request) => {
    const allow = request.routeOptions.config.allow;
    if (allow === 'anyone' || request.is404) return;
    if (request.caller === undefined)
      throw denials.denied(
        request,
        'unauthenticated',
        'Send a valid API key: `Authorization: Bearer mk_...` (made by `menshen keys add`).',
      );
    const { role } = request.caller;
    if (role !== 'admin' && allow?.includes(role) !== true) {
      throw denials.denied(request, 'forbidden', `The role ${role} may not do this.`);
    }
    if (role === 'kiosk' && !isLoopback(request.ip))
      throw denials.denied(request, 'forbidden', 'A kiosk key works on the device itself only.');
  });
}

/** The caller of a route that is not open to anyone. */
export function callerOrThrow(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw new MenshenError('unauthenticated', 'Send a valid API key.');
  return request.caller;
}

/** The bearer token of a request, if it has one. */
export function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
}

function callerOf(request: FastifyRequest, services: Services): Caller | undefined {
  const token = bearerOf(request);
  return token === undefined ? undefined : services.apiKeys.identify(token);
}

/** One entry an address in this time; the others are counted, so that knocking does not fill the disk. */
const denialPeriodMs = 10_000;
const maxAddresses = 1000;
/** Over all addresses: knocking from many of them must not fill the disk either. */
const denialGapMs = 500;

/** Records denials, the first of an address at once and the rest as a number with the next. */
class DenialLog {
  readonly #services: Services;
  readonly #recent = new Map<string, { readonly atMs: number }>();
  #lastMs = Number.NEGATIVE_INFINITY;
  #unrecorded = 0;

  constructor(services: Services) {
    this.#services = services;
  }

  denied(request: FastifyRequest, code: 'unauthenticated' | 'forbidden', detail: string): MenshenError {
    const { clock } = this.#services;
    const audit = bestEffortAudit(this.#services.audit, this.#services.logger);
    const before = this.#recent.get(request.ip);
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#lastMs < denialGapMs || (before !== undefined && nowMs - before.atMs < denialPeriodMs)) {
      this.#unrecorded += 1;
      return new MenshenError(code, detail);
    }
    this.#lastMs = nowMs;
    if (this.#recent.size >= maxAddresses) this.#recent.clear();
    this.#recent.set(request.ip, { atMs: nowMs });
    audit.append('access.denied', {
      code,
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      caller: request.caller?.id ?? 'none',
      address: request.ip,
      unrecordedBefore: this.#unrecorded,
    });
    this.#unrecorded = 0;
    return new MenshenError(code, detail);
  }
}
