import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller, Role } from '../access/index.js';
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
  server.decorateRequest('caller', undefined);
  server.addHook('onRequest', async (request) => {
    const allow = request.routeOptions.config.allow;
    request.caller = options.local ? localCaller : callerOf(request, services);
    if (allow === 'anyone' || request.is404) return;
    if (request.caller === undefined)
      throw denied(
        services,
        request,
        'unauthenticated',
        'Send a valid API key: `Authorization: Bearer mk_...` (made by `menshen keys add`).',
      );
    const { role } = request.caller;
    if (role !== 'admin' && allow?.includes(role) !== true) {
      throw denied(services, request, 'forbidden', `The role ${role} may not do this.`);
    }
    if (role === 'kiosk' && !isLoopback(request.ip))
      throw denied(services, request, 'forbidden', 'A kiosk key works on the device itself only.');
  });
}

/** The caller of a route that is not open to anyone. */
export function callerOrThrow(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw new MenshenError('unauthenticated', 'Send a valid API key.');
  return request.caller;
}

function callerOf(request: FastifyRequest, services: Services): Caller | undefined {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  return token === undefined ? undefined : services.apiKeys.identify(token);
}

function denied(
  services: Services,
  request: FastifyRequest,
  code: 'unauthenticated' | 'forbidden',
  detail: string,
): MenshenError {
  services.audit.append('access.denied', {
    code,
    method: request.method,
    route: request.routeOptions.url ?? 'unknown',
    caller: request.caller?.id ?? 'none',
    address: request.ip,
  });
  return new MenshenError(code, detail);
}
