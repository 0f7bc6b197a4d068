/** M8.2: what this process may reach. Loopback and listed private addresses; no names, nothing else, ever. */
import { isIP } from 'node:net';
import { MenshenError } from '../core/index.js';
import { type CanaryOutcome, canaryHosts, releaseCanary } from './egress-canary.js';
import { type EgressGate, type EgressWay, hookEveryWayOut } from './egress-hooks.js';
import { isLocalAddress, isLoopbackAddress } from './local-network.js';

/** One attempt that went nowhere, as it may be told: of a name only its end. */
export interface EgressRefusal {
  readonly way: EgressWay;
  readonly to: string;
  readonly port?: number;
}

export interface EgressFlow {
  /** A literal private address. */
  readonly address: string;
  readonly port: number;
}

/**
 * The process's one way out. Before `install` nothing is hooked (tests that run without it); after it everything that
 * connects, sends or resolves in JavaScript asks here, in worker threads too.
 */
export class EgressGuard implements EgressGate {
  readonly #flows = new Map<string, { readonly flow: EgressFlow; holders: number }>();
  readonly #listeners = new Set<(refusal: EgressRefusal) => void>();
  #installed = false;
  #refusals = 0;
  #trials = 0;

  /** Again: nothing. */
  install(): void {
    if (this.#installed) return;
    this.#installed = true;
    hookEveryWayOut(this);
  }

  get installed(): boolean {
    return this.#installed;
  }

  /** Attempts that were refused since the process began; the canary's own are not counted. */
  get refusals(): number {
    return this.#refusals;
  }

  /**
   * Lists an address; listed twice it must be taken back twice.
   *
   * @returns takes it from the list again
   * @throws MenshenError `egress-refused` for a name, a public address or no port
   */
  allow(address: string, port: number): () => void {
    const canonical = canonicalAddress(address);
    if (canonical === undefined || !isLocalAddress(canonical) || !Number.isInteger(port) || port < 1 || port > 65_535)
      throw new MenshenError(
        'egress-refused',
        `${tellable(address)} cannot be listed: only a private address in digits, with a port, such as 192.168.1.20:443.`,
      );
    const key = keyOf(canonical, port);
    const entry = this.#flows.get(key) ?? { flow: { address: canonical, port }, holders: 0 };
    entry.holders += 1;
    this.#flows.set(key, entry);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      entry.holders -= 1;
      if (entry.holders === 0) this.#flows.delete(key);
    };
  }

  /** What is listed now, beside loopback. */
  allowed(): readonly EgressFlow[] {
    return [...this.#flows.values()].map(({ flow }) => flow);
  }

  permits(host: string, port: number): boolean {
    if (host.toLowerCase() === 'localhost') return true;
    const address = canonicalAddress(host);
    return address !== undefined && (isLoopbackAddress(address) || this.#flows.has(keyOf(address, port)));
  }

  refuse(way: EgressWay, host: string, port?: number): MenshenError {
    const to = tellable(host);
    if (this.#trials === 0 || !canaryHosts.has(host)) {
      this.#refusals += 1;
      const refusal = { way, to, ...(port === undefined || Number.isNaN(port) ? {} : { port }) };
      // Later: whoever is told may write to the store, and the caller may be in the middle of doing so.
      setImmediate(() => {
        for (const listener of this.#listeners) listener(refusal);
      });
    }
    return new MenshenError(
      'egress-refused',
      `${to} is not a listed address of the local network. List it in the configuration if it should be reached.`,
    );
  }

  /** @returns ends it again */
  onRefused(listener: (refusal: EgressRefusal) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Tries every way out towards addresses that are nobody's (RFC 5737, RFC 3849, RFC 2606). Where the guard holds, nothing is
   * handed to the system.
   */
  async canary(): Promise<CanaryOutcome> {
    if (!this.#installed) return { held: false, got: ['the guard is not installed in this process'] };
    this.#trials += 1;
    try {
      return await releaseCanary();
    } finally {
      this.#trials -= 1;
    }
  }
}

/** Of this process. */
export const egressGuard = new EgressGuard();

const keyOf = (address: string, port: number): string => `${address} ${port}`;

/** One spelling for each address, IPv4 in IPv6 as IPv4, without a zone; undefined for anything but digits. */
function canonicalAddress(host: string): string | undefined {
  const bare = host.replace(/^\[|\]$/g, '').replace(/%[^%]*$/, '');
  if (isIP(bare) === 4) return bare;
  if (isIP(bare) === 0) return undefined;
  const spelled = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(spelled);
  if (mapped === null) return spelled;
  const [high, low] = [Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** An address whole; of a name its last two labels, because the others could carry what must not leave, not even in a log. */
function tellable(host: string): string {
  const address = canonicalAddress(host);
  if (address !== undefined) return address;
  const labels = host.split('.').filter(Boolean);
  const end = labels.slice(-2).map((label) => label.replaceAll(/[^A-Za-z0-9-]/g, '?').slice(0, 24));
  return `${labels.length > 2 ? '*.' : ''}${end.join('.') || 'a name'}`;
}
