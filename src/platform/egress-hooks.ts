/** Where Node leaves the process: each way out asks the gate first. Installed once, before anything else is loaded. */
import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { fileURLToPath } from 'node:url';
import workerThreads from 'node:worker_threads';

export type EgressWay = 'connect' | 'datagram' | 'lookup' | 'program';

/** Who decides. `refuse` counts and tells, and gives the error for the caller. */
export interface EgressGate {
  permits(host: string, port: number): boolean;
  refuse(way: EgressWay, host: string, port?: number): Error;
}

/** Worker threads have a `node:net` of their own; this file installs the guard there too. */
const inWorkers = new URL('./egress-worker.js', import.meta.url);

/**
 * Replaces what connects, sends or resolves by functions that ask first. A refusal comes on the call's own way for
 * errors: the socket's `error` event, the callback, the rejected promise; never as an exception out of a timer.
 *
 * Out of reach: native code, and programs that are started. The unit's IPAddressDeny and the container's network hold those.
 */
export function hookEveryWayOut(gate: EgressGate): void {
  hookSockets(gate);
  hookDatagrams(gate);
  hookNames(gate);
  hookHandles(gate);
  hookWorkers();
  // A diagnostic report would look up the names of peers.
  if (process.report !== undefined && 'excludeNetwork' in process.report)
    Object.assign(process.report, { excludeNetwork: true });
  // `import { lookup } from 'node:dns'` sees what was put in place here.
  syncBuiltinESMExports();
}

type Call = (this: unknown, ...words: unknown[]) => unknown;

/** Puts `make(original)` in the member's place, for good. */
function replace(holder: object, name: string, make: (original: Call) => Call): void {
  const original: unknown = Reflect.get(holder, name);
  if (typeof original !== 'function') return;
  Object.defineProperty(holder, name, {
    value: make((...words) => Reflect.apply(original, words[0], words.slice(1))),
    enumerable: Object.getOwnPropertyDescriptor(holder, name)?.enumerable ?? true,
    writable: false,
    configurable: false,
  });
}

function hookSockets(gate: EgressGate): void {
  replace(net.Socket.prototype, 'connect', (original) => {
    return function connect(this: unknown, ...words) {
      const target = socketTarget(words);
      if (target === undefined || gate.permits(target.host, target.port)) return original(this, ...words);
      const error = gate.refuse('connect', target.host, target.port);
      if (!(this instanceof net.Socket)) return this;
      // As a refusal from the network would come: later, when the caller listens; until then what is written waits.
      Reflect.set(this, 'connecting', true);
      setImmediate(() => this.destroy(error));
      return this;
    };
  });
}

/** Undefined for a path or an open descriptor: those stay in this machine. */
function socketTarget(words: readonly unknown[]): { host: string; port: number } | undefined {
  // Node passes on what it has normalised as one array.
  const [first, second]: readonly unknown[] = Array.isArray(words[0]) ? words[0] : words;
  if (typeof first === 'object' && first !== null) {
    const { path, host, port, fd } = first as { path?: unknown; host?: unknown; port?: unknown; fd?: unknown };
    if (typeof path === 'string' || typeof fd === 'number') return undefined;
    return { host: typeof host === 'string' && host !== '' ? host : 'localhost', port: Number(port) };
  }
  if (typeof first === 'string' && !/^\d+$/.test(first)) return undefined;
  return { host: typeof second === 'string' && second !== '' ? second : 'localhost', port: Number(first) };
}

function hookDatagrams(gate: EgressGate): void {
  const guarded = (
    original: Call,
    targetOf: (words: readonly unknown[]) => { host: string; port: number } | undefined,
  ) =>
    function call(this: unknown, ...words: unknown[]) {
      const target = targetOf(words);
      if (target === undefined || gate.permits(target.host, target.port)) return original(this, ...words);
      const error = gate.refuse('datagram', target.host, target.port);
      const callback = words.at(-1);
      if (typeof callback === 'function') process.nextTick(callback, error);
      else if (this instanceof dgram.Socket) process.nextTick(() => this.emit('error', error));
      return undefined;
    };
  // send(message, [offset, length,] [port] [, address] [, callback]): the address is the text after the message.
  replace(dgram.Socket.prototype, 'send', (original) =>
    guarded(original, (words) => {
      const at = words.findIndex((word, index) => index > 0 && typeof word === 'string');
      const host = words[at];
      return typeof host === 'string' ? { host, port: Number(words[at - 1]) } : undefined;
    }),
  );
  replace(dgram.Socket.prototype, 'connect', (original) =>
    guarded(original, ([port, address]) => ({
      host: typeof address === 'string' && address !== '' ? address : 'localhost',
      port: Number(port),
    })),
  );
}

const asksForNames = /^(lookup|resolve|reverse)/;
const localhost = { 4: '127.0.0.1', 6: '::1' } as const;

/** No name is ever looked up: addresses pass as they are, localhost is answered here, the rest is refused. */
function hookNames(gate: EgressGate): void {
  const callbacks = (name: string) => (original: Call) =>
    function asked(this: unknown, ...words: unknown[]) {
      const known = name === 'lookup' ? knownAnswer(words) : undefined;
      if (known === 'as it is') return original(this, ...words);
      const callback = words.at(-1);
      const answer = known === undefined ? [gate.refuse('lookup', String(words[0]))] : [null, ...known];
      if (typeof callback === 'function') process.nextTick(() => callback(...answer));
      return known === undefined && typeof callback !== 'function' ? Promise.reject(answer[0]) : {};
    };
  const promises = (name: string) => (original: Call) =>
    async function asked(this: unknown, ...words: unknown[]) {
      const known = name === 'lookup' ? knownAnswer(words) : undefined;
      if (known === 'as it is') return original(this, ...words);
      if (known === undefined) throw gate.refuse('lookup', String(words[0]));
      const [answer, family] = known;
      return Array.isArray(answer) ? answer : { address: answer, family };
    };
  for (const [holder, hook] of [
    [dns, callbacks],
    [dns.Resolver.prototype, callbacks],
    [dns.promises, promises],
    [dns.promises.Resolver.prototype, promises],
  ] as const)
    for (const name of Object.getOwnPropertyNames(holder))
      if (asksForNames.test(name)) replace(holder, name, hook(name));
}

function knownAnswer([host, options]: readonly unknown[]): 'as it is' | readonly unknown[] | undefined {
  if (typeof host !== 'string' || host === '' || net.isIP(host) !== 0) return 'as it is';
  if (host.toLowerCase() !== 'localhost') return undefined;
  const wanted = typeof options === 'number' ? { family: options } : Object(options);
  const family = wanted.family === 6 || wanted.family === 'IPv6' ? 6 : 4;
  const address = localhost[family];
  return wanted.all === true ? [[{ address, family }]] : [address, family];
}

/** libuv's "not permitted", which Node turns into an error of its own. */
const notPermitted = -1;

/**
 * The last step before the system: whatever way the call came, final addresses are asked here once more (an option whose
 * getter says one thing and then another, a lookup function of the caller's own, a handle made by hand).
 */
function hookHandles(gate: EgressGate): void {
  const asked = (way: EgressWay, hostAt: number, portAt: number) => (original: Call) =>
    function call(this: unknown, ...words: unknown[]) {
      const host = words[hostAt];
      if (typeof host !== 'string' || gate.permits(host, Number(words[portAt]))) return original(this, ...words);
      gate.refuse(way, host, Number(words[portAt]));
      return notPermitted;
    };
  const never = () => () => notPermitted;
  const tcp = internals('tcp_wrap', 'TCP');
  const udp = internals('udp_wrap', 'UDP');
  const names = internals('cares_wrap', 'ChannelWrap');
  for (const name of ['connect', 'connect6']) {
    if (tcp !== undefined) replace(tcp, name, asked('connect', 1, 2));
    if (udp !== undefined) replace(udp, name, asked('datagram', 0, 1));
  }
  if (udp !== undefined) {
    for (const name of ['send', 'send6']) replace(udp, name, asked('datagram', 4, 3));
    // Joining a group sends a packet to it.
    for (const name of ['addMembership', 'addSourceSpecificMembership']) replace(udp, name, never);
  }
  if (names !== undefined)
    for (const name of Object.getOwnPropertyNames(names))
      if (/^(query|getHost)/.test(name)) replace(names, name, never);
}

/** The prototype of Node's own handles; absent in a Node that gives no access to them any more. */
export function internals(binding: string, type: string): object | undefined {
  try {
    const found: unknown = Reflect.apply(Reflect.get(process, 'binding'), process, [binding]);
    return Object(Reflect.get(Object(found), type)).prototype;
  } catch {
    return undefined;
  }
}

function hookWorkers(): void {
  const { Worker } = workerThreads;
  class GuardedWorker extends Worker {
    constructor(file: string | URL, options: workerThreads.WorkerOptions = {}) {
      // Code given as text is no module: what is to be loaded before it is required.
      const first = options.eval === true ? ['--require', fileURLToPath(inWorkers)] : ['--import', inWorkers.href];
      super(file, { ...options, execArgv: [...(options.execArgv ?? process.execArgv), ...first] });
    }
  }
  Object.defineProperty(workerThreads, 'Worker', { value: GuardedWorker, writable: false, configurable: false });
}
