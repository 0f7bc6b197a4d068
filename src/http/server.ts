import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '#typebox/fastify';
import { MenshenError } from '../core/index.js';
import { addAuthentication } from './auth.js';
import { capConnections } from './connection-cap.js';
import { addConsole } from './console/index.js';
import { DenialLog } from './denials.js';
import { addIdempotency } from './idempotency.js';
import { isNestedDeeper } from './json-nesting.js';
import { addScreen } from './kiosk/index.js';
import { networkOf } from './network.js';
import { answerUnread, problemHandler, sendProblem } from './problems.js';
import type { Server } from './route.js';
import { actRoutes } from './routes/acts.js';
import { assessmentRoutes } from './routes/assessments.js';
import { backupRoutes } from './routes/backups.js';
import { complaintRoutes } from './routes/complaints.js';
import { complianceRoutes } from './routes/compliance.js';
import { doorRoutes } from './routes/doors.js';
import { eventRoutes } from './routes/events.js';
import { filingRoutes } from './routes/filing.js';
import { importRoutes } from './routes/imports.js';
import { inspectionRoutes } from './routes/inspections.js';
import { inspectorRoutes } from './routes/inspector.js';
import { keyRoutes } from './routes/keys.js';
import { listenerRoutes } from './routes/listeners.js';
import { noticeRoutes } from './routes/notice.js';
import { operationRoutes } from './routes/operations.js';
import { ownDataRoutes } from './routes/own-data.js';
import { panelRoutes } from './routes/panels.js';
import { publicRoutes } from './routes/public.js';
import { recordRoutes } from './routes/records.js';
import { reviewRoutes } from './routes/reviews.js';
import { safetyRoutes } from './routes/safety.js';
import { screenRoutes } from './routes/screens.js';
import { signRoutes } from './routes/sign.js';
import { subjectRoutes } from './routes/subjects.js';
import { verificationRoutes } from './routes/verifications.js';
import type { Services } from './services.js';
import { StreamSlots } from './stream-slots.js';
import { type ListenerTls, tlsOptions } from './tls.js';

const bodyLimitBytes = 64 * 1024;
const perMinute = { withKey: 60_000, withoutKey: 1200 };

/** No body comes near; what works on a deeper one would run out of stack. */
const deepestBody = 32;
const requestWithinMs = 30_000;
/**
 * How fast a request must come. Said to Node itself: without headers' own limit, which is 60 s there, it looks for
 * bodies that never end only after that, and looks every half minute.
 */
const arrival = {
  headersTimeout: 10_000,
  requestTimeout: requestWithinMs,
  connectionsCheckingInterval: 5_000,
} as const;

/** Two dozen panels with a few connections each, behind one gateway too; files for everything else are left. */
const connectionLimits = { perNetwork: 256, inAll: 768 };

export interface ServerOptions {
  /** Listens on the device's own socket: its caller is the device's owner. */
  readonly local: boolean;
  /** Serves the gate's screen alone: its own listener where the configured one is not on loopback. */
  readonly screenOnly?: boolean;
  readonly tls?: ListenerTls;
}

/** The HTTP interface over the services; not yet listening. */
export async function buildServer(services: Services, options: ServerOptions): Promise<FastifyInstance> {
  const server = Fastify({
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestWithinMs,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 100 },
    forceCloseConnections: true,
    // What Fastify refuses before any route: an address that cannot be read.
    frameworkErrors: (_error, _request, reply) => {
      sendProblem(reply, new MenshenError('body-invalid', 'The address of the call cannot be read.'));
    },
    clientErrorHandler: answerUnread,
    ...(options.tls === undefined ? { http: arrival } : { https: { ...tlsOptions(options.tls), ...arrival } }),
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as Server;
  if (!options.local) capConnections(server.server, connectionLimits);
  server.setValidatorCompiler(TypeBoxValidatorCompiler);
  allowEmptyJson(server);
  server.setErrorHandler(problemHandler(services));
  server.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, new MenshenError('not-found', 'No such path. See /openapi.json.')),
  );
  server.addHook('onRoute', ({ method, url, config }) => noteRoutes(services, [method].flat(), url, config?.allow));
  await server.register(swagger, { openapi: openapiHead(services) });
  const denials = new DenialLog(services);
  server.addHook('onClose', async () => denials.flush());
  server.decorate('denials', denials);
  server.decorate('streams', new StreamSlots());
  if (!options.local) await server.register(rateLimit, rateLimits(denials));
  addAuthentication(server as unknown as FastifyInstance, services, { ...options, denials });
  addIdempotency(server as unknown as FastifyInstance, services);
  for (const routes of options.screenOnly === true ? [] : everyRoute) server.after(() => routes(server, services));
  for (const front of options.screenOnly === true ? [] : services.fronts)
    server.after(() => front(server as unknown as FastifyInstance, { local: options.local }));
  if (!options.local && options.screenOnly !== true) addConsole(server, services);
  const { screen } = services.config;
  const screenIsHere = !options.local && (screen?.port === undefined) === (options.screenOnly !== true);
  if (screen !== undefined && screenIsHere)
    addScreen(server, services, { screen, denials, secure: options.tls !== undefined });
  await server.ready();
  return server as unknown as FastifyInstance;
}

const everyRoute = [
  actRoutes,
  assessmentRoutes,
  complaintRoutes,
  complianceRoutes,
  doorRoutes,
  eventRoutes,
  filingRoutes,
  importRoutes,
  inspectorRoutes,
  inspectionRoutes,
  listenerRoutes,
  backupRoutes,
  keyRoutes,
  noticeRoutes,
  operationRoutes,
  ownDataRoutes,
  panelRoutes,
  publicRoutes,
  reviewRoutes,
  safetyRoutes,
  screenRoutes,
  signRoutes,
  subjectRoutes,
  recordRoutes,
  verificationRoutes,
];

/** For the compliance report: who may call what, as it is served. Nobody named is closed to all but the device's owner. */
function noteRoutes(
  { served }: Services,
  methods: readonly string[],
  url: string,
  allow?: readonly string[] | 'anyone',
) {
  const callers = allow === 'anyone' ? ['anyone'] : [...(allow ?? []), 'admin'];
  for (const method of methods) if (method !== 'HEAD') served.serves({ method, url, allow: callers });
}

/**
 * A bucket for each key or panel at each address: neither does a flood starve others behind the same gateway, nor does a
 * stolen key starve its honest holder elsewhere. Whoever has no valid key shares the bucket of their address.
 */
const rateLimits = (denials: DenialLog) => ({
  global: true,
  timeWindow: 60_000,
  keyGenerator: ({ caller, ip }: FastifyRequest) => `${caller?.id ?? 'nobody'}@${networkOf(ip)}`,
  // A key that is not valid is no key.
  max: ({ caller }: FastifyRequest) => (caller === undefined ? perMinute.withoutKey : perMinute.withKey),
  errorResponseBuilder: (request: FastifyRequest) =>
    denials.denied(request, 'too-many-requests', 'Slow down and try again in a moment.'),
});

/** Many clients send the JSON content type with every POST, also where there is nothing to say. */
function allowEmptyJson(server: Server): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '') done(null, undefined);
    else if (isNestedDeeper(String(text), deepestBody))
      done(new MenshenError('body-invalid', `The body is nested more than ${deepestBody} levels deep.`));
    else parse(request, String(text), done);
  });
}

function openapiHead({ version, config }: Services) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Menshen terminal',
      version,
      description: `On-device face verification for gates (${config.device.id}, ${config.mode}). Scores, templates and pictures are never given out.`,
    },
    components: { securitySchemes: { bearer: { type: 'http' as const, scheme: 'bearer' } } },
    security: [{ bearer: [] }],
  };
}
