import type { Logger } from '../core/index.js';
import type { ListenerView, Outbox } from '../outbox/index.js';
import type { Store } from '../store/index.js';
import { badBody, membersOf, readBody, textOf, wholeOf } from './body.js';
import { isIsapiHost } from './dialect.js';
import type { Json } from './xml.js';

export interface HostParts {
  readonly store: Store;
  readonly outbox: Outbox;
  /** PEM of the authority behind https hosts. */
  readonly authority: () => string | undefined;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

const mostHosts = 8;
const heartbeatSeconds = 60;
const known = [
  ...['id', 'url', 'protocolType', 'parameterFormatType', 'addressingFormatType', 'ipAddress', 'portNo'],
  ...['httpAuthenticationMethod', 'hostName'],
];

/** `httpHosts`: listeners of the outbox that hear this dialect, under the numbers that panels give them. */
export class HttpHosts {
  readonly #parts: HostParts;
  /** One list at a time: of two at once the later stands whole, and no host is there twice. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: HostParts) {
    this.#parts = parts;
  }

  list(): Record<string, Json>[] {
    return this.#listeners().map(({ listener }, place) => hostOf(listener.url, place + 1));
  }

  /**
   * These and no others. Who is on both lists goes on where it is: nothing is lost or sent twice.
   *
   * @throws MenshenError `body-invalid`, `listener-invalid`.
   */
  async replace(body: unknown, by: string): Promise<void> {
    const urls = readHosts(body);
    const mine = this.#turn.then(() => this.#put(urls, by));
    this.#turn = mine.catch(() => undefined);
    await mine;
  }

  async #put(urls: readonly string[], by: string): Promise<void> {
    const { outbox, store } = this.#parts;
    const before = this.#listeners();
    for (const url of urls) if (!before.some(({ listener }) => listener.url === url)) await this.#add(url, by);
    for (const { listener } of before) {
      if (urls.includes(listener.url)) continue;
      await outbox.remove(listener.id, by);
      store.registers.remove('isapi-host', listener.id);
    }
  }

  async #add(url: string, by: string): Promise<void> {
    const { outbox, store, authority, nowMs, logger } = this.#parts;
    const pem = url.startsWith('https:') ? authority() : undefined;
    const wanted = { url, label: 'ISAPI host', kinds: [], heartbeatSeconds, by };
    const { view } = outbox.add({ ...wanted, ...(pem === undefined ? {} : { authority: pem }) });
    const { id } = view.listener;
    try {
      store.registers.add('isapi-host', { id, atMs: Math.round(nowMs()), state: 'active', body: {} });
    } catch (thrown) {
      // What failed first is what the caller hears of.
      await outbox.remove(id, by).catch((left: unknown) => {
        logger.log('error', 'isapi.host-left', { listenerId: id, message: String(left) });
      });
      throw thrown;
    }
  }

  #listeners(): ListenerView[] {
    const { outbox, store } = this.#parts;
    return outbox.list().filter(({ listener }) => isIsapiHost(store, listener.id));
  }
}

/** The list as XML and as the dialect's JSON write it. @throws MenshenError `body-invalid`. */
function readHosts(body: unknown): readonly string[] {
  const content = readBody(body, ['HttpHostNotificationList']);
  const list = Array.isArray(content) ? content : content === '' ? [] : [content];
  const hosts = list.flatMap((one) => {
    const host = membersOf(one, ['HttpHostNotification']).get('HttpHostNotification');
    return Array.isArray(host) ? host : host === undefined ? [] : [host];
  });
  if (hosts.length > mostHosts) throw badBody(`At most ${mostHosts} hosts.`);
  const urls = hosts.map(urlOf);
  if (new Set(urls).size !== urls.length) throw badBody('A host stands there twice.');
  return urls;
}

function urlOf(host: unknown): string {
  const members = membersOf(host, known);
  const protocol = textOf(members, 'protocolType', 10) ?? 'HTTP';
  const format = textOf(members, 'parameterFormatType', 10) ?? 'JSON';
  const address = textOf(members, 'ipAddress', 45);
  const port = wholeOf(members, 'portNo', [1, 65_535]) ?? (protocol === 'HTTPS' ? 443 : 80);
  const path = textOf(members, 'url', 200) ?? '/';
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') throw badBody('protocolType is HTTP or HTTPS.');
  if (format !== 'JSON') throw badBody('parameterFormatType: events are sent as JSON only.');
  if ((textOf(members, 'httpAuthenticationMethod', 20) ?? 'none') !== 'none')
    throw badBody('httpAuthenticationMethod: none. The device gives no password away; TLS says who the host is.');
  if (address === undefined || members.has('hostName'))
    throw badBody('A host is named by ipAddress; names are never looked up.');
  if (!/^\/[^\s#]*$/.test(path)) throw badBody('url is a path that begins with a slash.');
  const literal = address.includes(':') ? `[${address}]` : address;
  return `${protocol.toLowerCase()}://${literal}:${port}${path}`;
}

function hostOf(url: string, id: number): Record<string, Json> {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const secure = protocol === 'https:';
  return {
    ...{ id, url: `${pathname}${search}`, protocolType: secure ? 'HTTPS' : 'HTTP', parameterFormatType: 'JSON' },
    ...{ addressingFormatType: 'ipaddress', ipAddress: hostname.replace(/^\[(.*)\]$/, '$1') },
    ...{ portNo: port === '' ? (secure ? 443 : 80) : Number(port), httpAuthenticationMethod: 'none' },
  };
}
