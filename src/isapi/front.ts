import type { FastifyInstance, FastifyRequest } from 'fastify';
import { asMenshenError, type MenshenError } from '../core/index.js';
import { callerOrThrow, type Front, type Server, type Services, stillAllowed, translatedError } from '../http/index.js';
import { cautiousClock } from '../timekeeping/index.js';
import { capabilities, deviceInfo } from './about.js';
import { readRemoteCheck } from './dialect.js';
import { DigestGuard } from './guard.js';
import { HttpHosts } from './hosts.js';
import { Nonces } from './nonces.js';
import { obey, readDoorOrder } from './remote-control.js';
import { EventSearches, readSearch } from './search.js';
import { notSupported, ok, send, sendStatus, statusOf, wantsJson } from './status.js';
import { streamAlerts } from './stream.js';
import { userRoutes } from './user-routes.js';
import { IsapiUsers } from './users.js';

const bodyLimitBytes = 16 * 1024;
const panel = { config: { allow: ['panel', 'operator'], ownAuthentication: true }, schema: { hide: true } } as const;
const operator = { config: { allow: ['operator'], ownAuthentication: true }, schema: { hide: true } } as const;

export interface IsapiSettings {
  /** PEM of the authority behind the https hosts that panels name. */
  readonly hostAuthority: () => string | undefined;
}

/** The ISAPI-style front: the same services in another dialect, and who may use it. */
export function isapiFront(services: Services, settings: IsapiSettings): Front {
  const { store, audit, clock, clockGuard, randomness } = services;
  const users = new IsapiUsers({ store, audit, clock: cautiousClock(clock, clockGuard), randomness });
  const { outbox, logger } = services;
  const authority = settings.hostAuthority;
  const hosts = new HttpHosts({ store, outbox, logger, authority, nowMs: () => clock.wallMs() });
  return (server, { local }) => {
    userRoutes(server as unknown as Server, users);
    if (local) return;
    const { algorithms } = services.config.isapi;
    const guard = new DigestGuard({ users, nonces: new Nonces({ clock, randomness }), clock, algorithms });
    server.register(async (child) => {
      speakDialect(child, services, guard);
      routes(child, services, hosts);
    });
  };
}

/** Its own way of saying who calls, of reading bodies and of refusing. */
function speakDialect(server: FastifyInstance, { logger }: Services, guard: DigestGuard): void {
  server.removeAllContentTypeParsers();
  // Panels name their content types as they please; what it is is seen from the text.
  server.addContentTypeParser('*', { parseAs: 'string', bodyLimit: bodyLimitBytes }, (_request, text, done) =>
    done(null, text),
  );
  server.addHook('preParsing', async (request) => guard.check(request));
  server.setErrorHandler<Error>((thrown, request, reply) => {
    const error: MenshenError = translatedError(thrown);
    const status = statusOf(error);
    if (status.http >= 500)
      logger.log('error', 'isapi.fault', { route: request.routeOptions.url, cause: String(error.cause ?? error.code) });
    if (error.code === 'unauthenticated') guard.challenge(request, reply);
    if (error.code === 'too-many-requests') reply.header('retry-after', '2');
    return sendStatus(request, reply, status, status.http === 500 ? undefined : error.detail);
  });
}

function routes(server: FastifyInstance, services: Services, hosts: HttpHosts): void {
  const { config, remoteChecks, panelEvents } = services;
  const doorIds = config.doors.map(({ id }) => id);
  const context = { deviceId: config.device.id, doorIds };
  const searches = new EventSearches(panelEvents, context);

  server.get('/ISAPI/System/deviceInfo', panel, async (request, reply) =>
    send(request, reply, 'DeviceInfo', deviceInfo(services)),
  );
  server.get('/ISAPI/AccessControl/capabilities', panel, async (request, reply) =>
    send(request, reply, 'AccessControl', capabilities(services)),
  );
  server.post('/ISAPI/AccessControl/AcsEvent', panel, async (request, reply) =>
    send(request, reply, 'AcsEvent', await searches.run(readSearch(request.body))),
  );
  server.get('/ISAPI/Event/notification/httpHosts', panel, async (request, reply) => {
    const list = hosts.list();
    const json = list.map((host) => ({ HttpHostNotification: host }));
    return send(request, reply, 'HttpHostNotificationList', wantsJson(request) ? json : { HttpHostNotification: list });
  });
  server.put('/ISAPI/Event/notification/httpHosts', operator, async (request, reply) => {
    await hosts.replace(request.body, callerOrThrow(request).id);
    return sendStatus(request, reply, ok);
  });
  server.get('/ISAPI/Event/notification/alertStream', { ...panel, exposeHeadRoute: false }, (request, reply) => {
    const over = request.server.streams.take(callerOrThrow(request).id);
    streamAlerts(reply, services, context, { stillAllowed: stillAllowed(request), over });
  });
  server.put('/ISAPI/AccessControl/remoteCheck', panel, async (request, reply) => {
    const { serial, ...said } = readAnswer(request.body, remoteChecks);
    remoteChecks.answerBySerial(serial, said, callerOrThrow(request).id);
    return sendStatus(request, reply, ok);
  });
  server.put<{ Params: { door: string } }>(
    '/ISAPI/AccessControl/RemoteControl/door/:door',
    panel,
    async (request, reply) => {
      const order = readDoorOrder(request.params.door, request.body, doorIds);
      // A release passes one person; what lasts is an operator's to say.
      if (order.command !== 'open') mustBeOperator(request);
      obey(services, order, callerOrThrow(request).id);
      return sendStatus(request, reply, ok);
    },
  );
  server.all('/ISAPI/*', panel, async (request, reply) => {
    const why = aboutFaces.test(request.url)
      ? 'No picture and no face data ever enter or leave this terminal: not by this call, not by any.'
      : 'This call is not part of the subset that is spoken here.';
    return sendStatus(request, reply, notSupported, why);
  });
}

const aboutFaces = /face|fdlib|fdsearch|captur|picture|image|fingerprint|video|stream/i;

/** An answer that cannot be read may be a no to any that wait. @throws MenshenError `body-invalid`. */
function readAnswer(body: unknown, remoteChecks: Services['remoteChecks']): ReturnType<typeof readRemoteCheck> {
  try {
    return readRemoteCheck(body);
  } catch (thrown) {
    remoteChecks.doubt();
    throw thrown;
  }
}

/** @throws MenshenError `forbidden`. */
function mustBeOperator(request: FastifyRequest): void {
  if (callerOrThrow(request).role === 'operator') return;
  throw asMenshenError(
    request.server.denials.denied(request, 'forbidden', 'Only a user of the role operator sets what lasts.'),
  );
}
