import { readFileSync } from 'node:fs';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { MenshenError } from '../core/index.js';
import { addAuthentication } from './auth.js';
import { DenialLog } from './denials.js';
import { addIdempotency } from './idempotency.js';
import { addScreen } from './kiosk/index.js';
import { answerUnread, problemHandler, sendProblem } from './problems.js';
import type { Server } from './route.js';
import { assessmentRoutes } from './routes/assessments.js';
import { complaintRoutes } from './routes/complaints.js';
import { complianceRoutes } from './routes/compliance.js';
import { doorRoutes } from './routes/doors.js';
import { eventRoutes } from './routes/events.js';
import { filingRoutes } from './routes/filing.js';
import { inspectionRoutes } from './routes/inspections.js';
import { inspectorRoutes } from './routes/inspector.js';
import { listenerRoutes } from './routes/listeners.js';
import { noticeRoutes } from './routes/notice.js';
import { operationRoutes } from './routes/operations.js';
import { ownDataRoutes } from './routes/own-data.js';
import { publicRoutes } from './routes/public.js';
import { recordRoutes } from './routes/records.js';
import { reviewRoutes } from './routes/reviews.js';
import { safetyRoutes } from './routes/safety.js';
import { screenRoutes } from './routes/screens.js';
import { signRoutes } from './routes/sign.js';
import { subjectRoutes } from './routes/subjects.js';
import { verificationRoutes } from './routes/verifications.js';
import type { Services } from './services.js';

const bodyLimitBytes = 64 * 1024;
const perMinute = { withKey: 60_000, withoutKey: 1200 };

export interface ServerOptions {
  /** Listens on the device's own socket: its caller is the device's owner. */
  readonly local: boolean;
  /** Serves the gate's screen alone: its own listener where the configured one is not on loopback. */
  readonly screenOnly?: boolean;
  readonly tls?: { readonly certificateFile: string; readonly keyFile: string };
}

/** The HTTP interface over the services; not yet listening. */
export async function buildServer(services: Services, options: ServerOptions): Promise<FastifyInstance> {
  const server = Fastify({
    bodyLimit: bodyLimitBytes,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 100 },
    forceCloseConnections: true,
    // What Fastify refuses before any route: an address that cannot be read.
    frameworkErrors: (_error, _request, reply) => {
      sendProblem(reply, new MenshenError('body-invalid', 'The address of the call cannot be read.'));
    },
    clientErrorHandler: answerUnread,
    ...(options.tls === undefined ? {} : { https: tlsOf(options.tls) }),
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as Server;
  server.setValidatorCompiler(TypeBoxValidatorCompiler);
  allowEmptyJson(server);
  server.setErrorHandler(problemHandler(services));
  server.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, new MenshenError('not-found', 'No such path. See /openapi.json.')),
  );
  server.addHook('onRoute', ({ method, url, config }) => noteRoutes(services, [method].flat(), url, config?.allow));
  await server.register(swagger, { openapi: openapiHead(services) });
  if (!options.local) await server.register(rateLimit, rateLimits);
  const denials = new DenialLog(services);
  addAuthentication(server as unknown as FastifyInstance, services, { ...options, denials });
  addIdempotency(server as unknown as FastifyInstance, services);
  for (const routes of options.screenOnly === true ? [] : everyRoute) server.after(() => routes(server, services));
  const { screen } = services.config;
  const screenIsHere = !options.local && (screen?.port === undefined) === (options.screenOnly !== true);
  if (screen !== undefined && screenIsHere)
    addScreen(server, services, { screen, denials, secure: options.tls !== undefined });
  await server.ready();
  return server as unknown as FastifyInstance;
}

const everyRoute = [
  assessmentRoutes,
  complaintRoutes,
  complianceRoutes,
  doorRoutes,
  eventRoutes,
  filingRoutes,
  inspectorRoutes,
  inspectionRoutes,
  listenerRoutes,
  noticeRoutes,
  operationRoutes,
  ownDataRoutes,
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

const rateLimits = {
  global: true,
  timeWindow: 60_000,
  // A key that is not valid is no key.
  max: ({ caller }: FastifyRequest) => (caller === undefined ? perMinute.withoutKey : perMinute.withKey),
  errorResponseBuilder: () => new MenshenError('too-many-requests', 'Slow down and try again in a moment.'),
};

/** Many clients send the JSON content type with every POST, also where there is nothing to say. */
function allowEmptyJson(server: Server): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '') done(null, undefined);
    else parse(request, String(text), done);
  });
}

function tlsOf({ certificateFile, keyFile }: { certificateFile: string; keyFile: string }) {
  try {
    return { cert: readFileSync(certificateFile), key: readFileSync(keyFile), minVersion: 'TLSv1.2' as const };
  } catch (cause) {
    throw new MenshenError('listener-refused', 'The TLS certificate or key cannot be read. Check http.tls.', { cause });
  }
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
