import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode, MenshenError } from '../core/index.js';
import { type Json, writeXml } from './xml.js';

/** The dialect's own word for how a call went. */
export interface Status {
  readonly http: number;
  readonly statusCode: number;
  readonly statusString: string;
  readonly subStatusCode: string;
}

export const ok: Status = { http: 200, statusCode: 1, statusString: 'OK', subStatusCode: 'ok' };

const busy = { statusCode: 2, statusString: 'Device Busy' } as const;
const deviceError = { statusCode: 3, statusString: 'Device Error' } as const;
const invalidOperation = { statusCode: 4, statusString: 'Invalid Operation' } as const;
const invalidContent = { statusCode: 6, statusString: 'Invalid Content' } as const;

export const notSupported: Status = { http: 403, ...invalidOperation, subStatusCode: 'notSupport' };

/** Ours in the dialect's words; what is not listed is a fault of the device. */
const statuses: Partial<Readonly<Record<ErrorCode, Status>>> = {
  unauthenticated: { http: 401, ...invalidOperation, subStatusCode: 'unauthorized' },
  forbidden: { http: 403, ...invalidOperation, subStatusCode: 'lowPrivilege' },
  'too-many-requests': { http: 429, ...busy, subStatusCode: 'deviceBusy' },
  'body-invalid': { http: 400, ...invalidContent, subStatusCode: 'badParameters' },
  'body-too-large': { http: 413, ...invalidContent, subStatusCode: 'badParameters' },
  'media-type-unsupported': { http: 415, ...invalidContent, subStatusCode: 'badXmlFormat' },
  'listener-invalid': { http: 400, ...invalidContent, subStatusCode: 'badParameters' },
  'door-unknown': { http: 404, ...invalidContent, subStatusCode: 'badParameters' },
  'not-found': { http: 404, ...invalidOperation, subStatusCode: 'notSupport' },
  'check-refused': { http: 409, ...invalidOperation, subStatusCode: 'invalidOperation' },
  conflict: { http: 409, ...invalidOperation, subStatusCode: 'invalidOperation' },
  'store-full': { http: 507, ...deviceError, subStatusCode: 'deviceError' },
};
const fault: Status = { http: 500, ...deviceError, subStatusCode: 'deviceError' };

export function statusOf({ code }: MenshenError): Status {
  return statuses[code] ?? fault;
}

/** @param why for people; nothing of the inside of a fault. */
export function sendStatus(request: FastifyRequest, reply: FastifyReply, status: Status, why?: string): FastifyReply {
  const { http, ...words } = status;
  return send(request, reply.status(http), 'ResponseStatus', {
    requestURL: request.url.split('?')[0]?.slice(0, 200) ?? '/ISAPI',
    ...words,
    ...(why === undefined ? {} : { errorMsg: why }),
  });
}

/** XML, unless the address says `format=json`. */
export function send(request: FastifyRequest, reply: FastifyReply, root: string, content: Json): FastifyReply {
  if (!wantsJson(request)) return reply.type('application/xml; charset=utf-8').send(writeXml(root, content));
  // ResponseStatus stands by itself in JSON.
  const body = root === 'ResponseStatus' ? content : { [root]: content };
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
}

export function wantsJson({ query }: FastifyRequest): boolean {
  return typeof query === 'object' && query !== null && 'format' in query && query.format === 'json';
}
