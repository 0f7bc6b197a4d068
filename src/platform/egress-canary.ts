/** Attempts that must fail: to addresses set aside for documentation, by a name that cannot exist. */
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';
import { MenshenError } from '../core/index.js';
import { internals } from './egress-hooks.js';

export interface CanaryOutcome {
  /** True when every attempt was refused by the guard itself. */
  readonly held: boolean;
  /** What was not refused, in words. */
  readonly got: readonly string[];
}

const address = { v4: '192.0.2.1', v6: '2001:db8::1', name: 'canary.invalid' } as const;
/** The guard does not count its own canary among what it refused. */
export const canaryHosts: ReadonlySet<string> = new Set(Object.values(address));
const patienceMs = 1000;

const attempts: Readonly<Record<string, () => Promise<unknown>>> = {
  'a connection': () => connected(address.v4),
  'a connection (IPv6)': () => connected(address.v6),
  'a datagram': () => datagram(),
  'a web request': () => fetch(`http://${address.v4}/`),
  'a name': () => dns.promises.lookup(address.name),
  'a name at a name server': () => new dns.promises.Resolver().resolve4(address.name),
  'a handle of Node’s own': () => byHandle(),
};

export async function releaseCanary(): Promise<CanaryOutcome> {
  const outcomes = await Promise.all(
    Object.entries(attempts).map(async ([what, attempt]) => ((await refused(attempt)) ? [] : [what])),
  );
  const got = outcomes.flat();
  return { held: got.length === 0, got };
}

async function refused(attempt: () => Promise<unknown>): Promise<boolean> {
  const cut = new AbortController();
  const patience = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), patienceMs);
    cut.signal.addEventListener('abort', () => clearTimeout(timer));
  });
  const tried = attempt().then(() => false, isRefusal);
  const outcome = await Promise.race([tried, patience]);
  cut.abort();
  return outcome;
}

function isRefusal(thrown: unknown): boolean {
  // `fetch` tells the reason as the cause of its own error.
  const why = thrown instanceof Error && !(thrown instanceof MenshenError) ? thrown.cause : thrown;
  return why instanceof MenshenError && why.code === 'egress-refused';
}

function connected(host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port: 443, timeout: patienceMs });
    const end = (settle: () => void) => () => {
      socket.destroy();
      settle();
    };
    socket.once('connect', end(resolve)).once('timeout', end(resolve));
    socket.once('error', (error) => end(() => reject(error))());
  });
}

function datagram(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = dgram.createSocket('udp4');
    socket.send(Buffer.of(0), 53, address.v4, (error) => {
      socket.close();
      if (error === null) resolve();
      else reject(error);
    });
  });
}

/** A handle made by hand knows no typed errors: the refusal is libuv's "not permitted". */
async function byHandle(): Promise<void> {
  const prototype = internals('tcp_wrap', 'TCP');
  const connect: unknown = prototype === undefined ? undefined : Reflect.get(prototype, 'connect');
  // Not a real handle: where the guard is gone Node refuses the call by its type, and nothing leaves either.
  const answer = typeof connect === 'function' ? tryOut(() => Reflect.apply(connect, {}, [{}, address.v4, 443])) : -1;
  if (answer === -1) throw new MenshenError('egress-refused', 'by the handle');
}

function tryOut(call: () => unknown): unknown {
  try {
    return call();
  } catch (thrown) {
    return thrown;
  }
}
