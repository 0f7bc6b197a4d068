import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLoopback } from '../../config/index.js';
import type { DenialLog } from '../denials.js';
import { pageHeaders } from '../page-headers.js';

/**
 * What a request to the gate's screen must be before anything else is asked: from the device itself, to a name of the
 * device itself (a foreign name that resolves to it is a rebinding attack), and from the page itself. Cookies are sent
 * across the ports of one machine, so that a page of another local service counts as a stranger too.
 */
export function guardScreen(server: FastifyInstance, denials: DenialLog): void {
  server.addHook('onRequest', async (request) => {
    const why = refusal(request);
    if (why !== undefined) throw denials.denied(request, 'forbidden', why);
  });
  server.addHook('onSend', async (_request, reply, payload) => {
    reply.headers(screenHeaders);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    return payload;
  });
}

/** On every answer below `/kiosk`; with recorded prompts, where a language has them. */
export const screenHeaders = pageHeaders("media-src 'self'");

function refusal(request: FastifyRequest): string | undefined {
  if (!isLoopback(request.ip)) return 'The screen works on the device itself only.';
  if (!isLoopback(hostnameOf(request.headers.host))) {
    return 'The screen answers under a name of the device itself only: 127.0.0.1, [::1] or localhost.';
  }
  const strange = 'This call did not come from the screen’s own page.';
  const { origin, 'sec-fetch-site': site, 'x-menshen-screen': marked } = request.headers;
  if (request.method === 'GET' || request.method === 'HEAD') return readable(request, site) ? undefined : strange;
  const sameOrigin = origin === undefined || origin === originOf(request);
  const sameSite = site === undefined || site === 'same-origin';
  const said = origin !== undefined || site !== undefined;
  return said && sameOrigin && sameSite && marked === '1' ? undefined : strange;
}

/** The page may be opened from anywhere (it gets no cookie then); what it reads, only it reads. */
function readable({ url }: FastifyRequest, site: string | string[] | undefined): boolean {
  return !url.startsWith('/kiosk/api') || site === undefined || site === 'same-origin' || site === 'none';
}

function originOf({ protocol, headers }: FastifyRequest): string {
  return `${protocol}://${headers.host ?? ''}`;
}

/** Without port and brackets. */
function hostnameOf(host: string | undefined): string {
  return (host ?? '').replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1');
}
