import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import {
  asMenshenError,
  choicesIn,
  complaintInWords,
  type ErrorCode,
  errorRegistry,
  MenshenError,
} from '../core/index.js';
import type { Services } from './services.js';

/** Fastify's own refusals in our words; anything else of its is a fault of ours. */
const fastifyCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_VALIDATION: 'body-invalid',
  FST_ERR_CTP_INVALID_JSON_BODY: 'body-invalid',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body-invalid',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'body-invalid',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media-type-unsupported',
};

/** The one place where errors become RFC 9457 problems. A 500 says nothing of the inside; the log does. */
export function problemHandler({ logger }: Pick<Services, 'logger'>) {
  return (thrown: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const error = brokeOff(thrown, request) ? brokenOff() : translatedError(thrown, request.routeOptions.schema);
    if (error.status >= 500) {
      const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : undefined;
      logger.log('error', 'http.fault', {
        problem: error.code,
        route: request.routeOptions.url,
        ...(cause === undefined ? {} : { cause }),
      });
    }
    if (error.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
    if (error.code === 'camera-busy' || error.code === 'too-many-requests') reply.header('retry-after', '2');
    return sendProblem(reply, error);
  };
}

export function sendProblem(reply: FastifyReply, error: MenshenError): FastifyReply {
  return reply.status(error.status).type(problemType).send(problemText(error));
}

/** What is no request at all (no HTTP, headers without end, a body that never comes) is answered alike, and cut off. */
export function answerUnread(fault: Error & { readonly code?: string }, socket: Socket): void {
  if (fault.code === 'ECONNRESET' || socket.destroyed) return;
  const error = unread(fault.code);
  const body = problemText(error);
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    `content-type: ${problemType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}

const problemType = 'application/problem+json';

function problemText(error: MenshenError): string {
  const { code, status, fields } = error;
  const { title } = errorRegistry[code];
  const detail = status === 500 ? 'The device’s log has the details.' : error.detail;
  return JSON.stringify({
    ...{ type: `urn:menshen:problem:${code}`, title, status, detail, code },
    ...(fields === undefined ? {} : { fields }),
  });
}

function unread(code: string | undefined): MenshenError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new MenshenError('headers-too-large', 'Send fewer or shorter headers: 16 KiB together at most.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new MenshenError('request-timeout', 'Send the whole request at once, and again.');
  return new MenshenError('body-invalid', 'What came is no HTTP/1.1 request.');
}

/** Whoever asked went away in the middle of the body: no fault of the device, and nothing for its log. */
function brokeOff(thrown: FastifyError | Error, { raw }: FastifyRequest): boolean {
  return !raw.complete && raw.destroyed && 'code' in thrown && thrown.code === 'ECONNRESET';
}

const brokenOff = () => new MenshenError('body-invalid', 'The request ended before its body did.');

/** The validator's first complaint; a field that no schema knows is called what it is, and a word gets its choices. */
function inWords(thrown: FastifyError | Error, schema: FastifySchema | undefined): string {
  const { validation = [], validationContext = 'body' } = 'validation' in thrown ? thrown : {};
  const [first] = validation;
  if (first === undefined) return thrown.message;
  const where = `${validationContext}${first.instancePath}`;
  const choices = choicesIn(validation);
  if (choices !== undefined) return `${where} must be ${choices.join(' or ')}`;
  if (first.keyword === 'boolean') return `${where} is an unknown field`;
  return `${where} ${complaintInWords(first, schemaOf(schema, validationContext))}`;
}

const schemaOf = (schema: FastifySchema | undefined, context: string): unknown =>
  Object.entries(schema ?? {}).find(([name]) => name === context)?.[1];

/** Whatever a route threw, in our words. @param schema of the route, which knows what its fields mean. */
export function translatedError(thrown: FastifyError | Error, schema?: FastifySchema): MenshenError {
  if (thrown instanceof MenshenError) return thrown;
  const code = 'code' in thrown ? fastifyCodes[thrown.code] : undefined;
  if (code !== undefined)
    return new MenshenError(code, `${inWords(thrown, schema)}. See /openapi.json for what this call takes.`);
  if (thrown instanceof SyntaxError) return new MenshenError('body-invalid', 'The body is not JSON.');
  return asMenshenError(thrown);
}
