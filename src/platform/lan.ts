import { Agent as HttpAgent, request as http, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as https } from 'node:https';
import { isIP } from 'node:net';
import { type LanAnswer, type LanCall, type LanPort, MenshenError, urlOf } from '../core/index.js';
import { egressGuard } from './egress.js';
import { isLocalAddress } from './local-network.js';

const maxBodyBytes = 64 * 1024;
const maxHeaderBytes = 16 * 1024;

/** Whether this process may call there; the address is a literal one. */
export type MayCall = (address: string, port: number) => boolean;

export interface LanTarget {
  readonly secure: boolean;
  /** Without the brackets of IPv6. */
  readonly address: string;
  readonly port: number;
  readonly path: string;
}

/**
 * What a URL of the LAN names.
 *
 * @throws MenshenError `egress-refused` for names (they would have to be looked up), public addresses, other schemes and
 * user names in the address.
 */
export function lanTarget(text: string): LanTarget {
  const url = urlOf(text);
  if (url === undefined) throw refused('The address cannot be read.');
  const secure = url.protocol === 'https:';
  if (!secure && url.protocol !== 'http:') throw refused('Only http and https are spoken.');
  if (url.username !== '' || url.password !== '') throw refused('An address carries no user name and no password.');
  const address = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) === 0) throw refused('Names are never looked up: give the address in digits.');
  if (!isLocalAddress(address)) throw refused(`${address} is no private address.`);
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return { secure, address, port, path: `${url.pathname}${url.search}` };
}

/** Calls listed addresses on the LAN: no names, no redirects, no proxy, no kept connections, a bounded answer. */
export class LanClient implements LanPort {
  readonly #allowed: MayCall;

  constructor(allowed: MayCall) {
    this.#allowed = allowed;
  }

  /**
   * @throws MenshenError `egress-refused` before anything is sent; `listener-unreachable` with why: refused, cut off,
   * too slow (the time is that of the whole call), a certificate that does not hold, an answer that is no HTTP.
   */
  async call(call: LanCall): Promise<LanAnswer> {
    const target = lanTarget(call.url);
    if (!this.#allowed(target.address, target.port))
      throw refused(`${target.address}:${target.port} is not listed as a listener.`);
    if (target.secure && call.authority === undefined)
      throw refused('https needs the authority that the listener’s certificate comes from.');
    // M8.2: the process's own guard lets this one flow out, for as long as the call takes.
    const giveBack = egressGuard.allow(target.address, target.port);
    try {
      return await exchange(target, call);
    } finally {
      giveBack();
    }
  }
}

function exchange(target: LanTarget, call: LanCall): Promise<LanAnswer> {
  return new Promise((resolve, reject) => {
    const request = target.secure ? https(optionsOf(target, call)) : http(optionsOf(target, call));
    const end = (settle: () => void) => {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', stop);
      settle();
      request.destroy();
    };
    const fail = (why: string, cause?: unknown) => end(() => reject(unreachable(why, cause)));
    const stop = () => fail('the call was ended');
    const timer = setTimeout(() => fail(`no whole answer within ${call.timeoutMs} ms`), call.timeoutMs);
    timer.unref();
    if (call.signal?.aborted === true) return stop();
    call.signal?.addEventListener('abort', stop);
    // Stays until the end: whatever comes after the answer was taken must not end the process.
    request.on('error', (cause) => fail(inWords(cause), cause));
    request.on('close', () => fail('the connection was closed'));
    request.on('response', (response) => {
      response.on('error', (cause) => fail(inWords(cause), cause));
      read(response, (body) => end(() => resolve(answerOf(response, body))));
    });
    request.end(call.body);
  });
}

function optionsOf({ secure, address, port, path }: LanTarget, call: LanCall): RequestOptions {
  const { method, headers, body, authority } = call;
  return {
    ...{ host: address, port, path, method, maxHeaderSize: maxHeaderBytes, insecureHTTPParser: false },
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' },
    agent: secure ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false }),
    // Never reached with an address in digits; were it, nothing may be asked of anybody.
    lookup: (name, _options, done) => done(refused(`${name} would have to be looked up.`), ''),
    ...(secure ? { ca: authority, rejectUnauthorized: true, minVersion: 'TLSv1.2' } : {}),
  };
}

/** Takes at most the first 64 KiB and has then heard enough. */
function read(response: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  let held = 0;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk.subarray(0, maxBodyBytes - held));
    held += Math.min(chunk.length, maxBodyBytes - held);
    if (held >= maxBodyBytes) done(Buffer.concat(chunks).toString('utf8'));
  });
  response.on('end', () => {
    if (response.complete) done(Buffer.concat(chunks).toString('utf8'));
  });
}

function answerOf({ statusCode, headers }: IncomingMessage, body: string): LanAnswer {
  const flat = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
  );
  return { status: statusCode ?? 0, headers: Object.fromEntries(flat), body };
}

/** The system's code where there is one: the words of a peer’s certificate or answer are not ours to repeat. */
function inWords(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
  return /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'the connection failed';
}

const refused = (why: string): MenshenError => new MenshenError('egress-refused', why);
const unreachable = (why: string, cause?: unknown): MenshenError =>
  new MenshenError('listener-unreachable', why, { cause });
