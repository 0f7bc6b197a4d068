import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller, Role } from '../access/index.js';
import type { Actor } from '../acts/index.js';
import { isLoopback } from '../config/index.js';
import { MenshenError } from '../core/index.js';
import type { DenialLog } from './denials.js';
import { screenToken } from './kiosk/cookie.js';
import { PanelConnections } from './panel-connections.js';
import type { Services } from './services.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call this; a route that names nobody is closed to everyone. */
    readonly allow?: readonly Role[] | 'anyone';
    /** Of the gate's screen: its caller is who its cookie names, and the cookie counts nowhere else. */
    readonly screen?: true;
    /** Of a front with its own way of saying who calls; its own guard checks `allow`. */
    readonly ownAuthentication?: true;
  }
  interface FastifyRequest {
    caller: Caller | undefined;
    /** Asks again who calls: for answers that go on after the caller's key or certificate ended. */
    callerNow: () => Caller | undefined;
  }
}

const localCaller: Caller = { id: 'local', role: 'admin' };

/**
 * Default deny: every route states its roles. `local` listeners (the socket that only the device's owner can open)
 * call as admin.
 */
export function addAuthentication(
  server: FastifyInstance,
  services: Services,
  options: { local: boolean; denials: DenialLog },
): void {
  const { denials } = options;
  const connections = new PanelConnections(services.panels);
  server.addHook('onClose', async () => connections.close());
  server.decorateRequest('caller', undefined);
  server.decorateRequest('callerNow');
  server.addHook('onRequest', async (request) => {
    // On the owner's socket a key still says who somebody is: acts of two people need two callers.
    request.callerNow = () =>
      options.local && bearerOf(request) === undefined ? localCaller : callerOf(request, services, connections);
    request.caller = request.callerNow();
  });
  // After the rate limit, which is a hook of each route: guessing keys is slowed down too.
  server.addHook('preParsing', async (request) => {
    const allow = request.routeOptions.config.allow;
    if (allow === 'anyone' || request.is404 || request.routeOptions.config.ownAuthentication === true) return;
    if (request.caller === undefined)
      throw denials.denied(request, 'unauthenticated', howToCall(request, services, connections));
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

/** The person behind a caller: the holder of a key, or the device's owner on their socket. A panel is no person. */
export function actorOf(request: FastifyRequest): Actor {
  const { id, holder } = callerOrThrow(request);
  if (id === localCaller.id) return { id, holder: 'the device’s owner', sinceMs: 0 };
  return { id, holder: holder?.name, sinceMs: holder?.sinceMs ?? 0 };
}

/** Whether the caller of a request may still be answered: same caller, same role. */
export function stillAllowed(request: FastifyRequest): () => boolean {
  const { id, role } = callerOrThrow(request);
  return () => {
    const now = request.callerNow();
    return now?.id === id && now.role === role;
  };
}

/** The bearer token of a request, if it has one. */
export function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
}

/** A key that is sent says who it is, also where a certificate was shown: a person at a panel is not the panel. */
function callerOf(request: FastifyRequest, services: Services, connections: PanelConnections): Caller | undefined {
  if (request.routeOptions.config.screen === true) return screenOf(request, services);
  const token = bearerOf(request);
  if (token === undefined) return connections.callerOf(request);
  const caller = services.apiKeys.identify(token);
  return isRefusedKey(caller, services) ? connections.callerOf(request) : caller;
}

/** Where panels must come with a certificate, their keys open nothing. */
function isRefusedKey(caller: Caller | undefined, { config }: Services): boolean {
  return caller?.role === 'panel' && config.http.panels === 'certificate';
}

function howToCall(request: FastifyRequest, services: Services, connections: PanelConnections): string {
  if (request.routeOptions.config.screen === true)
    return 'This screen is not paired, or its key has ended. Pair it with `menshen kiosk pair`.';
  const token = bearerOf(request);
  if (token !== undefined && isRefusedKey(services.apiKeys.identify(token), services))
    return 'Here panels come with a certificate (http.panels). Let this one in with `menshen panels invite`.';
  if (token === undefined && connections.hasCertificate(request))
    return 'This certificate is none of this device, was revoked or replaced, or has ended. Ask for a new invitation: `menshen panels invite`.';
  return 'Send a valid API key: `Authorization: Bearer mk_...` (made by `menshen keys add`).';
}

/** Whatever else the cookie might hold: only a screen's key counts there. */
function screenOf(request: FastifyRequest, services: Services): Caller | undefined {
  const token = screenToken(request);
  const caller = token === undefined ? undefined : services.apiKeys.identify(token);
  return caller?.role === 'kiosk' ? caller : undefined;
}
