import { X509Certificate } from 'node:crypto';
import { type Config, isLoopback } from '../config/index.js';
import { type AuditPort, asMenshenError, type Clock, MenshenError, type Randomness } from '../core/index.js';
import { type LanTarget, lanTarget } from '../platform/index.js';
import type { ListenerRow, Store } from '../store/index.js';

export interface NewListener {
  readonly url: string;
  readonly label: string;
  /** None named: all. */
  readonly kinds: readonly string[];
  /** First serial to be sent; left out: only what happens from now on. */
  readonly from?: number;
  readonly heartbeatSeconds: number;
  /** PEM of the authority that the listener's certificate comes from. */
  readonly authority?: string;
  /** Who asks. */
  readonly by: string;
}

export interface RegisterParts {
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly mode: Config['mode'];
}

const mostListeners = 16;

/** Who is told of events: added with a secret that is shown once, removed with everything about them. */
export class ListenerRegister {
  readonly #parts: RegisterParts;

  constructor(parts: RegisterParts) {
    this.#parts = parts;
  }

  /** @throws MenshenError `listener-invalid` with what is wrong about it. */
  add(wanted: NewListener): { readonly listener: ListenerRow; readonly secret: string } {
    const { store, audit, clock, randomness } = this.#parts;
    this.#check(wanted);
    const newest = store.auditLog.newestEventSerial();
    const from = wanted.from ?? newest + 1;
    if (from < 1 || from > newest + 1) throw invalid(`There is no event ${from}: the newest is ${newest}.`);
    const id = `l-${hex(randomness.bytes(6))}`;
    const { label, url, authority } = wanted;
    const secret = `whsec_${Buffer.from(randomness.bytes(32)).toString('base64url')}`;
    const row = {
      ...{ id, label, url, kinds: [...wanted.kinds], heartbeatSeconds: wanted.heartbeatSeconds },
      ...{ keyId: hex(randomness.bytes(4)), createdAtMs: Math.round(clock.wallMs()), cursor: from - 1 },
      ...(authority === undefined ? {} : { authority }),
    };
    store.transaction(() => {
      store.listeners.add(row, secret);
      const { address, port } = lanTarget(url);
      audit.append('listener.added', {
        listenerId: id,
        address,
        port,
        from,
        kinds: row.kinds.join(' '),
        by: wanted.by,
      });
    });
    return { listener: { ...row, refusals: 0 }, secret };
  }

  /** @throws MenshenError `not-found`. */
  require(id: string): ListenerRow {
    const listener = this.#parts.store.listeners.get(id);
    if (listener === undefined) throw new MenshenError('not-found', 'There is no such listener.');
    return listener;
  }

  /** @throws MenshenError `not-found`. */
  remove(id: string, by: string): void {
    const { store, audit } = this.#parts;
    store.transaction(() => {
      if (!store.listeners.remove(id)) throw new MenshenError('not-found', 'There is no such listener.');
      audit.append('listener.removed', { listenerId: id, by });
    });
  }

  #check({ url, authority }: NewListener): void {
    if (this.#parts.store.listeners.list().length >= mostListeners)
      throw invalid(`There are ${mostListeners} listeners already. Remove one first.`);
    const { secure, address } = targetOf(url);
    const near = isLoopback(address);
    if (!secure && !near) throw invalid('Off loopback only https is spoken: give an https address and its authority.');
    if (this.#parts.mode === 'demonstration' && !near) throw invalid('The demonstration site speaks to loopback only.');
    if (secure && authority === undefined)
      throw invalid('https needs the authority (PEM) that the listener’s certificate comes from.');
    if (authority !== undefined) checkAuthority(authority);
  }
}

function targetOf(url: string): LanTarget {
  try {
    return lanTarget(url);
  } catch (thrown) {
    throw invalid(asMenshenError(thrown).detail);
  }
}

/** @throws MenshenError `listener-invalid`: it must be certificates and nothing else, least of all a private key. */
function checkAuthority(pem: string): void {
  const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
  const blocks = pem.match(block) ?? [];
  if (blocks.length === 0 || pem.replace(block, '').includes('-----BEGIN'))
    throw invalid('The authority must be one or more certificates in PEM, and nothing else.');
  try {
    for (const one of blocks) new X509Certificate(one);
  } catch (cause) {
    throw new MenshenError('listener-invalid', 'The authority holds a certificate that cannot be read.', { cause });
  }
}

const invalid = (why: string): MenshenError => new MenshenError('listener-invalid', why);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
