/** A site behind a real TLS listener, and clients that show it real certificates. */
import type { IncomingMessage } from 'node:http';
import { request as https } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { buildServer } from '#menshen/http/index.js';
import { type KeyPair, keyPair, requestOf } from './certificates.js';
import { FakeClock } from './fake-clock.js';
import { servicesOf } from './screen.js';
import { openSite, type Site, type SiteOptions } from './site.js';

const servers: FastifyInstance[] = [];

/** Ends every listener a test opened. */
export async function closeSecureSites(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.close()));
}

export interface Shown {
  /** PEM. */
  readonly certificate?: string;
  readonly privateKey?: string;
  /** Of a bearer key. */
  readonly key?: string;
}

export interface SecureAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is what it is; tests look at single fields.
  readonly body: any;
}

export class SecureSite {
  readonly site: Site;
  readonly server: FastifyInstance;
  readonly authority: string;

  constructor(site: Site, server: FastifyInstance, authority: string) {
    this.site = site;
    this.server = server;
    this.authority = authority;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  /** One call on a connection of its own. @param session a former TLS session to resume. */
  async call(
    method: string,
    path: string,
    shown: Shown = {},
    body?: unknown,
    session?: Buffer,
  ): Promise<SecureAnswer & { session: Buffer | undefined; resumed: boolean; serverFingerprint: string | undefined }> {
    const response = await this.open(method, path, shown, body, session);
    const socket = response.socket as TLSSocket;
    const serverFingerprint = socket.getPeerX509Certificate()?.fingerprint256;
    const resumed = socket.isSessionReused();
    let kept: Buffer | undefined;
    socket.on('session', (ticket) => {
      kept = ticket;
    });
    let text = '';
    for await (const chunk of response) text += String(chunk);
    const parsed = response.headers['content-type']?.includes('json') === true ? JSON.parse(text) : {};
    const ticket = kept ?? socket.getSession();
    return { status: response.statusCode ?? 0, body: parsed, session: ticket, resumed, serverFingerprint };
  }

  open(method: string, path: string, shown: Shown = {}, body?: unknown, session?: Buffer): Promise<IncomingMessage> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const { certificate, privateKey, key } = shown;
    return new Promise((resolve, reject) => {
      const request = https(
        {
          ...{
            host: '127.0.0.1',
            port: this.port,
            method,
            path: path.replace('?stream', ''),
            agent: false,
            ca: this.authority,
          },
          ...(certificate === undefined ? {} : { cert: certificate, key: privateKey }),
          ...(session === undefined ? {} : { session }),
          headers: {
            ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
            ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
            ...(path === '/v1/events?stream' ? { accept: 'text/event-stream' } : {}),
          },
        },
        resolve,
      );
      request.on('error', reject);
      request.end(payload);
    });
  }

  /** Lets a panel in, as its installer does. */
  async letIn(
    wanted: { role?: string; days?: number } = {},
    pair?: KeyPair,
  ): Promise<{ id: string; shown: Required<Pick<Shown, 'certificate' | 'privateKey'>> }> {
    const keys = pair ?? (await keyPair());
    const { code } = this.site.panels.invite({ role: 'panel', label: 'north gate', days: 30, ...wanted }, 'op-1');
    const answer = await this.call('POST', '/v1/panels/enrol', {}, { code, request: await requestOf(keys) });
    if (answer.status !== 201) throw new Error(`not let in: ${answer.status} ${JSON.stringify(answer.body)}`);
    return {
      id: answer.body.panelId,
      shown: { certificate: answer.body.certificate, privateKey: keys.privateKey },
    };
  }
}

export async function openSecureSite(options: SiteOptions = {}): Promise<SecureSite> {
  const tls = { deviceAuthority: true };
  // Clients check the listener's certificate by the machine's own clock.
  const clock = options.clock ?? new FakeClock();
  clock.jumpWall(Math.floor(Date.now() / 1000) * 1000 - clock.wallMs());
  const site = openSite({ ...options, clock, changes: { 'http.tls': tls, ...options.changes } });
  const { chain, privateKey } = await site.authority.forListener(['127.0.0.1']);
  const { pem } = await site.authority.ensure();
  const server = await buildServer(servicesOf(site), {
    local: false,
    tls: { chain, privateKey, panelAuthority: pem },
  });
  servers.push(server);
  await server.listen({ host: '127.0.0.1', port: 0 });
  return new SecureSite(site, server, pem);
}
