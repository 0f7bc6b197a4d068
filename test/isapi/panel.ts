/** A panel of this dialect, as its maker would write it: answers challenges by itself, and shares no code with the terminal. */
import { createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterEach } from 'vitest';
import type { Services } from '#menshen/http/index.js';
import { buildServer } from '#menshen/http/index.js';
import { servicesOf } from '../support/screen.js';
import { openSite, type Site, type SiteOptions } from '../support/site.js';

const opened: { server: FastifyInstance; services: Services }[] = [];
afterEach(async () => {
  for (const { server, services } of opened.splice(0)) {
    await server.close();
    await services.outbox.close();
  }
});

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is what it is; tests look at single fields.
  readonly body: any;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type Algorithm = 'MD5' | 'SHA-256';

const hash = (algorithm: Algorithm, text: string) =>
  createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly stale: boolean;
}

/** RFC 7616, written out. */
export function authorizationOf(
  { username, password }: Credentials,
  { realm, nonce }: Pick<Challenge, 'realm' | 'nonce'>,
  call: { method: string; uri: string; algorithm: Algorithm; nc: string; cnonce: string },
): string {
  const { method, uri, algorithm, nc, cnonce } = call;
  const a1 = hash(algorithm, `${username}:${realm}:${password}`);
  const a2 = hash(algorithm, `${method}:${uri}`);
  const response = hash(algorithm, `${a1}:${nonce}:${nc}:${cnonce}:auth:${a2}`);
  const quoted = Object.entries({ username, realm, nonce, uri, cnonce, response });
  const parts = quoted.map(([name, value]) => `${name}="${value}"`);
  return `Digest ${[...parts, `algorithm=${algorithm}`, 'qop=auth', `nc=${nc}`].join(', ')}`;
}

export class IsapiGate {
  readonly site: Site;
  readonly services: Services;
  readonly server: FastifyInstance;

  constructor(site: Site, services: Services, server: FastifyInstance) {
    this.site = site;
    this.services = services;
    this.server = server;
  }

  async raw(
    method: Method,
    url: string,
    headers: Record<string, string> = {},
    payload?: string,
    from?: string,
  ): Promise<Answer> {
    const response = await this.server.inject({
      ...{ method, url, headers },
      ...(payload === undefined ? {} : { payload }),
      ...(from === undefined ? {} : { remoteAddress: from }),
    });
    const isJson = String(response.headers['content-type']).includes('json');
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      body: isJson ? JSON.parse(response.body) : undefined,
    };
  }

  /** A user as the owner makes it. */
  async user(name: string, role: 'panel' | 'operator' = 'panel', days = 30): Promise<IsapiPanel> {
    const { secret } = this.site.apiKeys.add({ role: 'admin', label: 'owner', days: 300 });
    const answer = await this.server.inject({
      ...{ method: 'POST', url: '/v1/isapi/users', headers: { authorization: `Bearer ${secret}` } },
      payload: { name, role, label: 'a panel', days },
    });
    if (answer.statusCode !== 201) throw new Error(`no user: ${answer.statusCode} ${answer.body}`);
    return new IsapiPanel(this, { username: name, password: JSON.parse(answer.body).password });
  }
}

export class IsapiPanel {
  readonly gate: IsapiGate;
  readonly credentials: Credentials;
  algorithm: Algorithm = 'SHA-256';
  #challenge: Challenge | undefined;
  #count = 0;

  constructor(gate: IsapiGate, credentials: Credentials) {
    this.gate = gate;
    this.credentials = credentials;
  }

  /** Header for one more call under the running nonce. */
  authorization(method: Method, uri: string): string {
    this.#count += 1;
    const nc = this.#count.toString(16).padStart(8, '0');
    const cnonce = randomBytes(8).toString('hex');
    const challenge = this.#challenge ?? { realm: '', nonce: '' };
    return authorizationOf(this.credentials, challenge, { method, uri, algorithm: this.algorithm, nc, cnonce });
  }

  async greet(): Promise<Challenge> {
    const answer = await this.gate.raw('GET', '/ISAPI/System/deviceInfo');
    this.#challenge = challengeOf(answer, this.algorithm);
    this.#count = 0;
    return this.#challenge;
  }

  async call(method: Method, url: string, body?: unknown): Promise<Answer> {
    if (this.#challenge === undefined) await this.greet();
    const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const headers = {
      authorization: this.authorization(method, url),
      'content-type': 'application/x-www-form-urlencoded',
    };
    const answer = await this.gate.raw(method, url, headers, payload);
    if (answer.status !== 401 || !challengeOf(answer, this.algorithm).stale) return answer;
    await this.greet();
    return this.call(method, url, body);
  }

  async search(cond: Record<string, unknown>) {
    const { body } = await this.call('POST', '/ISAPI/AccessControl/AcsEvent?format=json', { AcsEventCond: cond });
    return body.AcsEvent;
  }
}

export function challengeOf({ headers }: Answer, algorithm: Algorithm): Challenge {
  const lines = [headers['www-authenticate']].flat().map(String);
  const line = lines.find((one) => one.includes(`algorithm=${algorithm},`)) ?? '';
  const named = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(line)?.[1] ?? '';
  return { realm: named('realm'), nonce: named('nonce'), stale: line.includes('stale=true') };
}

export async function openGate(options: SiteOptions = {}): Promise<IsapiGate> {
  const site = openSite({ ...options, changes: { 'isapi.enabled': true, ...options.changes } });
  const services = servicesOf(site);
  const server = await buildServer(services, { local: false });
  opened.push({ server, services });
  return new IsapiGate(site, services, server);
}
