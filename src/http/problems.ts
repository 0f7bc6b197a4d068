import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { asMenshenError, type ErrorCode, errorRegistry, MenshenError } from '../core/index.js';
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
    const error = translated(thrown);
    if (error.status >= 500) {
      const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : undefined;
      logger.log('error', 'http.fault', {
        code: error.code,
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
  const { title } = errorRegistry[error.code];
  const detail = error.status === 500 ? 'The device’s log has the details.' : error.detail;
  return reply
    .status(error.status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: `urn:menshen:problem:${error.code}`,
        title,
        status: error.status,
        detail,
        code: error.code,
        ...(error.fields === undefined ? {} : { fields: error.fields }),
      }),
    );
}

/** The validator's first complaint; a field that no schema knows is called what it is. */
function inWords({ message }: FastifyError | Error): string {
  const [first = message] = message.split(', ');
  return first.replace('schema is false', 'is an unknown field');
}

function translated(thrown: FastifyError | Error): MenshenError {
  if (thrown instanceof MenshenError) return thrown;
  const code = 'code' in thrown ? fastifyCodes[thrown.code] : undefined;
  if (code !== undefined)
    return new MenshenError(code, `${inWords(thrown)}. See /openapi.json for what this call takes.`);
  if (thrown instanceof SyntaxError) return new MenshenError('body-invalid', 'The body is not JSON.');
  return asMenshenError(thrown);
}
