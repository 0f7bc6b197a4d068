/** The gate's screen as its browser sees it: the real HTTP interface over a site with fakes at its edges. */

import type { FastifyInstance, InjectOptions } from 'fastify';
import { Anchors } from '#menshen/anchors/index.js';
import { PanelEvents } from '#menshen/audit/index.js';
import { ComplaintRegister, StaffCalls } from '#menshen/complaint/index.js';
import { buildServer, OwnDataLinks, type Services } from '#menshen/http/index.js';
import { loadLanguages } from '#menshen/language/index.js';
import { noRootPlace, RotationService } from '#menshen/rotation/index.js';
import {
  openBackups,
  openCompliance,
  openDialects,
  openFronts,
  openImport,
  openOutbox,
} from '#menshen/terminal/index.js';
import { inspectorOf } from './bundle.js';
import { filingOf } from './filing.js';
import { openSite, type Site, type SiteOptions } from './site.js';

export const doorId = 'main';
export const host = '127.0.0.1:8460';

export interface ScreenAnswer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly text: string;
  readonly body: Body;
}

type Method = 'GET' | 'POST' | 'DELETE' | 'HEAD';

/** What the page's browser sends by itself with a call of the page. */
export const ofThePage = {
  host,
  origin: `http://${host}`,
  'sec-fetch-site': 'same-origin',
  'x-menshen-screen': '1',
} as const;

/** What the page sends when somebody proves by face whom a card names. */
export const faceProof = (cardNumber: string) => ({
  ...{ kind: 'face', claim: { cardNumber }, act: 'touch' },
  prompt: { language: 'zh', spoken: false },
});

/** A browser on the gate's display; `cookie` is what pairing gave it. */
export class Screen {
  readonly site: Site;
  readonly server: FastifyInstance;
  cookie: string | undefined;

  constructor(site: Site, server: FastifyInstance) {
    this.site = site;
    this.server = server;
  }

  /** @param headers an undefined one is left out. */
  async call<Body = Record<string, unknown>>(
    method: Method,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string | undefined>> = {},
    from: Pick<InjectOptions, 'remoteAddress'> = {},
  ): Promise<ScreenAnswer<Body>> {
    const all = { ...ofThePage, ...(this.cookie === undefined ? {} : { cookie: this.cookie }), ...headers };
    const response = await this.server.inject({
      method,
      url: path.startsWith('/') ? path : `/kiosk/api/${path}`,
      headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
        string,
        string
      >,
      ...(body === undefined ? {} : { payload: body as object }),
      ...from,
    });
    const isJson = String(response.headers['content-type']).includes('json') && response.body !== '';
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      body: (isJson ? JSON.parse(response.body) : {}) as Body,
    };
  }

  get<Body = Record<string, unknown>>(path: string): Promise<ScreenAnswer<Body>> {
    return this.call('GET', path);
  }

  post<Body = Record<string, unknown>>(path: string, body: unknown = {}): Promise<ScreenAnswer<Body>> {
    return this.call('POST', path, body);
  }

  /** Pairs with a code, or a new one. */
  async pair(code: string = this.site.pairing?.open('local').code ?? ''): Promise<ScreenAnswer> {
    const answer = await this.post('pairing', { code });
    const cookie = answer.headers['set-cookie'];
    if (answer.status === 204) this.cookie = String(cookie).split(';')[0];
    return answer;
  }
}

const servers: FastifyInstance[] = [];
const languages = loadLanguages();

/** Everything the routes may call, over a site of tests. */
export function servicesOf(site: Site): Services {
  const contacts = site.config.site.complaintContacts;
  const panelEvents = new PanelEvents({ store: site.store, personFields: site.config.events.personFields });
  const services = {
    ...site,
    version: '0.0.0',
    panelEvents,
    outbox: openOutbox({
      ...site,
      events: panelEvents,
      anchors: keysOf(site).anchors,
      dialectOf: openDialects(site.config, site.store).told,
    }),
    languages,
    enrolmentCodes: site.codes,
    peopleImport: openImport(site),
    complaints: new ComplaintRegister({ ...site, contacts }),
    staffCalls: new StaffCalls(site),
    ownDataLinks: new OwnDataLinks(site),
    ...keysOf(site),
    backups: openBackups({ ...site, configFile: undefined }),
    ...filingOf({ ...site, languages }),
    inspector: inspectorOf(site),
  };
  const whole = { ...services, ...openCompliance(services) };
  return { ...whole, fronts: openFronts(whole) };
}

/** Heads and changes of keys, with no place for a root key. */
function keysOf({ store, audit, clock, logger, rollback, config }: Site) {
  const place = noRootPlace('none', 'this test has no root key');
  return {
    anchors: new Anchors({ store, audit, clock, deviceId: config.device.id, rollback }),
    rotation: new RotationService({ store, audit, clock, logger, afterStep: () => undefined }, place),
    rootPlaceOf: () => place,
  };
}

/** Ends every server a test opened. */
export async function closeScreens(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.close()));
}

/** A site whose door `main` has a screen that is not paired yet. */
export async function openScreen(options: SiteOptions = {}): Promise<Screen> {
  const site = openSite({ ...options, changes: { screen: { doorId, defaultLanguage: 'zh' }, ...options.changes } });
  const server = await buildServer(servicesOf(site), { local: false });
  servers.push(server);
  return new Screen(site, server);
}

/** The same, paired. */
export async function pairedScreen(options: SiteOptions = {}): Promise<Screen> {
  const screen = await openScreen(options);
  await screen.pair();
  return screen;
}
