/** A gate with door rules, as panels and operators reach it: the real HTTP interface over a real store. */
import type { FastifyInstance } from 'fastify';
import { afterEach } from 'vitest';
import { buildServer } from '#menshen/http/index.js';
import { ada } from '../support/fake-vision.js';
import type { Decision, View } from '../support/panel.js';
import { servicesOf } from '../support/screen.js';
import { addEnrolled, openSite, purpose, type Site, type SiteOptions } from '../support/site.js';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
/** `desk`: a second panel. */
type Role = 'panel' | 'desk' | 'operator' | 'auditor' | 'kiosk';

const servers: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
}

export interface Event {
  readonly kind: string;
  readonly serial: number;
  readonly [field: string]: unknown;
}

/** Every door is for everyone, unless a test says otherwise. */
export const everyone = { id: 'everyone', doors: ['main', 'side', 'blind'], everyone: true };
export const pin = '271828';
export const duressPin = '314159';

export class DoorSite {
  readonly site: Site;
  readonly #server: FastifyInstance;
  readonly #keys: Readonly<Record<Role, string>>;

  constructor(site: Site, server: FastifyInstance) {
    this.site = site;
    this.#server = server;
    const key = (role: Exclude<Role, 'desk'>) => site.apiKeys.add({ role, label: role, days: 300 }).secret;
    this.#keys = {
      panel: key('panel'),
      desk: key('panel'),
      operator: key('operator'),
      auditor: key('auditor'),
      kiosk: key('kiosk'),
    };
  }

  async as<Body = Record<string, unknown>>(
    role: Role,
    method: Method,
    path: string,
    body?: unknown,
  ): Promise<Answer<Body>> {
    const response = await this.#server.inject({
      method,
      url: `/v1/${path}`,
      headers: { authorization: `Bearer ${this.#keys[role]}` },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const isJson = String(response.headers['content-type']).includes('json') && response.body !== '';
    return { status: response.statusCode, body: (isJson ? JSON.parse(response.body) : {}) as Body };
  }

  panel<Body = Record<string, unknown>>(method: Method, path: string, body?: unknown) {
    return this.as<Body>('panel', method, path, body);
  }

  operator<Body = Record<string, unknown>>(method: Method, path: string, body?: unknown) {
    return this.as<Body>('operator', method, path, body);
  }

  async start(change: Record<string, unknown> = {}): Promise<View & { readonly needs?: readonly string[] }> {
    const request = { doorId: 'main', purpose, nonce: 'nonce-of-a-panel', act: { kind: 'button' }, ...change };
    const { status, body } = await this.panel<View>('POST', 'verifications', request);
    if (status !== 201) throw new Error(`not started: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  async view({ verificationId }: Pick<View, 'verificationId'>) {
    return (await this.panel<View & { needs?: string[] }>('GET', `verifications/${verificationId}`)).body;
  }

  /** Shows a card; in a verification of its own, or in one that waits. */
  async card(cardNumber: string, at: Record<string, unknown> | View = {}): Promise<Shown> {
    const { verificationId } = 'verificationId' in at ? (at as View) : await this.start(at);
    return (await this.panel<Shown>('POST', `verifications/${verificationId}/card`, { cardNumber })).body;
  }

  async pin(typed: { personNumber?: string; pin: string }, at: Record<string, unknown> | View = {}): Promise<Shown> {
    const { verificationId } = 'verificationId' in at ? (at as View) : await this.start(at);
    return (await this.panel<Shown>('POST', `verifications/${verificationId}/pin`, typed)).body;
  }

  async events(): Promise<readonly Event[]> {
    return (await this.panel<{ events: Event[] }>('GET', 'events?limit=500')).body.events;
  }

  /** Kinds of the events about doors and passages, oldest first. */
  async doorEvents(): Promise<string[]> {
    return (await this.events()).map(({ kind }) => kind).filter((kind) => /^(door|passage|duress)\./.test(kind));
  }

  /** What the panel says became of a grant. @returns the status. */
  async passed(decision: Decision | undefined, outcome: 'entered' | 'not-entered' = 'entered'): Promise<number> {
    const verificationId = decision?.verificationId;
    return (await this.panel('POST', `doors/${decision?.doorId}/passages`, { verificationId, outcome })).status;
  }

  async contact(state: 'open' | 'closed', doorId = 'main'): Promise<number> {
    return (await this.panel('POST', `doors/${doorId}/contact`, { state })).status;
  }

  async setState(state: string, path = 'doors/main/state'): Promise<number> {
    return (await this.operator('PUT', path, { state, reason: 'a drill' })).status;
  }

  /** Somebody with person number, PIN and card of this name; with a face when it is Ada's. */
  async person(name: string, options: { groups?: readonly string[]; face?: boolean } = {}): Promise<string> {
    const { store, clock, pins } = this.site;
    const profile = { personNumber: `N-${name}` };
    const times = { nowMs: clock.wallMs(), expiresAtMs: clock.wallMs() + 1e10 };
    const { id } = options.face === true ? addEnrolled(this.site, ada) : store.subjects.add(profile, 'adult', times);
    await pins.set(id, pin, 6);
    store.credentials.addCard(id, cardOf(name), 1);
    if (options.groups !== undefined) await this.operator('PUT', `subjects/${id}/groups`, { groups: options.groups });
    return id;
  }
}

export type Shown = View & { readonly needs?: readonly string[]; readonly cardAccepted?: boolean };

export const cardOf = (name: string): string => Buffer.from(name).toString('hex').toUpperCase().padStart(8, '0');

export const answerOf = ({ state, decision }: View): string =>
  decision === undefined ? state : `${decision.decision} ${decision.method} ${decision.reason}`;

export async function doorSite(access: unknown, options: SiteOptions = {}): Promise<DoorSite> {
  const site = openSite({ ...options, changes: { access, ...options.changes } });
  const server = await buildServer(servicesOf(site), { local: false });
  servers.push(server);
  return new DoorSite(site, server);
}
