import { X509Certificate } from 'node:crypto';
import { type AuditPort, type Clock, MenshenError, type Randomness } from '../core/index.js';
import type { Store } from '../store/index.js';
import { issued, newKey, pemOf, selfSigned } from './certificates.js';

export interface CertificateFacts {
  readonly pem: string;
  /** SHA-256 of the certificate, as tools show it: hexadecimal pairs with colons. */
  readonly fingerprint: string;
  readonly notAfterMs: number;
}

export interface ListenerCertificate extends CertificateFacts {
  readonly names: readonly string[];
  /** The certificate and the authority's, PEM. */
  readonly chain: string;
  /** PKCS #8, PEM. Secret. */
  readonly privateKey: string;
}

export interface AuthorityParts {
  readonly store: Store;
  readonly audit: AuditPort;
  /** Never behind the time that is vouched for. */
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly randomness: Randomness;
  readonly deviceId: string;
}

const dayMs = 86_400_000;
/** Whatever the clock said when it was made, the authority is valid: who may call is decided by the store, not by it. */
const authorityValidity = { notBefore: new Date('2024-01-01T00:00:00Z'), notAfter: new Date('2049-12-31T00:00:00Z') };
export const listenerDays = 200;
const renewedBeforeDays = 60;

/**
 * The device's own certificate authority (ECDSA P-256): it signs the listener's certificate and those of panels, and
 * nobody else's. Its private key lies sealed in the store and is in memory only while it signs.
 */
export class DeviceAuthority {
  readonly #parts: AuthorityParts;
  #making: Promise<Uint8Array> | undefined;

  constructor(parts: AuthorityParts) {
    this.#parts = parts;
  }

  /** Undefined as long as none was made. */
  facts(): CertificateFacts | undefined {
    const row = this.#parts.store.deviceCertificates.get('authority');
    return row === undefined ? undefined : factsOf(row.certificate);
  }

  /** Makes the authority where there is none yet; an existing one is never replaced. */
  async ensure(): Promise<CertificateFacts> {
    return factsOf(await this.#certificate());
  }

  /** Whether this very authority signed it; another one of the same name did not. */
  signed(certificate: X509Certificate): boolean {
    const row = this.#parts.store.deviceCertificates.get('authority');
    if (row === undefined) return false;
    const authority = new X509Certificate(row.certificate);
    return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
  }

  /** Of a panel: subject is its id, its role is the organisational unit. @param publicKey SubjectPublicKeyInfo. @returns DER. */
  async certifyPanel(panel: {
    id: string;
    role: string;
    publicKey: Uint8Array;
    fromMs: number;
    untilMs: number;
  }): Promise<Uint8Array> {
    return this.#issue({
      subject: [{ CN: [panel.id] }, { OU: [panel.role] }],
      publicKey: panel.publicKey,
      notBefore: new Date(panel.fromMs),
      notAfter: new Date(panel.untilMs),
      use: 'panel',
    });
  }

  /**
   * The listener's certificate for these names: the one that is there, or a new one where there is none, the names are
   * others, or it ends soon. One that was made under a clock that ran ahead lasts too long and is made anew as well.
   *
   * @param renew true: a new one in any case.
   */
  async forListener(names: readonly string[], renew = false): Promise<ListenerCertificate> {
    const { store } = this.#parts;
    await this.#certificate();
    const present = store.deviceCertificates.get('listener');
    if (renew || present === undefined || !this.#isGood(present.certificate, names)) await this.#makeListener(names);
    const row = store.deviceCertificates.get('listener');
    const privateKey = store.deviceCertificates.privateKey('listener');
    const authority = this.facts();
    if (row === undefined || privateKey === undefined || authority === undefined)
      throw new MenshenError('internal', 'the listener has no certificate');
    const facts = factsOf(row.certificate);
    const pem = keyPem(privateKey);
    privateKey.fill(0);
    return { ...facts, names, chain: `${facts.pem}${authority.pem}`, privateKey: pem };
  }

  /** The listener's certificate that is there, without its key. */
  listenerFacts(): CertificateFacts | undefined {
    const row = this.#parts.store.deviceCertificates.get('listener');
    return row === undefined ? undefined : factsOf(row.certificate);
  }

  #certificate(): Promise<Uint8Array> {
    const row = this.#parts.store.deviceCertificates.get('authority');
    if (row !== undefined) return Promise.resolve(row.certificate);
    // Two that ask at once get the same one.
    this.#making ??= this.#make().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #make(): Promise<Uint8Array> {
    const { store, audit, deviceId, randomness } = this.#parts;
    const key = newKey();
    const mark = Buffer.from(randomness.bytes(4)).toString('hex');
    const name = [{ CN: [`${deviceId} device authority ${mark}`] }];
    const certificate = await selfSigned(name, key, { ...authorityValidity, serial: this.#serial() });
    store.transaction(() => {
      store.deviceCertificates.put('authority', { certificate, madeAtMs: this.#nowMs() }, key.privateKey);
      audit.append('authority.made', { fingerprint: factsOf(certificate).fingerprint });
    });
    key.privateKey.fill(0);
    return certificate;
  }

  async #makeListener(names: readonly string[]): Promise<void> {
    const { store, audit, deviceId } = this.#parts;
    const key = newKey();
    const notAfter = new Date(this.#nowMs() + listenerDays * dayMs);
    const certificate = await this.#issue({
      subject: [{ CN: [deviceId] }],
      publicKey: key.publicKey,
      // A panel whose clock is behind ours trusts it too.
      notBefore: authorityValidity.notBefore,
      notAfter,
      use: { listener: names },
    });
    store.transaction(() => {
      store.deviceCertificates.put('listener', { certificate, madeAtMs: this.#nowMs() }, key.privateKey);
      const { fingerprint } = factsOf(certificate);
      audit.append('tls.certificate-made', { fingerprint, names: names.join(' '), endsAtMs: notAfter.getTime() });
    });
    key.privateKey.fill(0);
  }

  #isGood(certificate: Uint8Array, names: readonly string[]): boolean {
    const parsed = new X509Certificate(certificate);
    const leftMs = Date.parse(parsed.validTo) - this.#nowMs();
    const inTime = leftMs > renewedBeforeDays * dayMs && leftMs <= listenerDays * dayMs + dayMs;
    return inTime && this.signed(parsed) && namesIn(parsed) === namesInOrder(names);
  }

  async #issue(order: Omit<Parameters<typeof issued>[1], 'serial'>): Promise<Uint8Array> {
    const certificate = await this.#certificate();
    const privateKey = this.#parts.store.deviceCertificates.privateKey('authority');
    if (privateKey === undefined) throw new MenshenError('internal', 'the device authority has no key');
    try {
      return await issued({ certificate, privateKey }, { ...order, serial: this.#serial() });
    } finally {
      privateKey.fill(0);
    }
  }

  /** Positive and of full length, as RFC 5280 asks. */
  #serial(): string {
    const bytes = this.#parts.randomness.bytes(16);
    bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
    return Buffer.from(bytes).toString('hex');
  }

  #nowMs(): number {
    return Math.round(this.#parts.clock.wallMs());
  }
}

export function factsOf(certificate: Uint8Array): CertificateFacts {
  const { fingerprint256, validTo } = new X509Certificate(certificate);
  return { pem: pemOf(certificate), fingerprint: fingerprint256, notAfterMs: Date.parse(validTo) };
}

/** `DNS:gate.lan, IP Address:10.0.0.5` in one order, for comparing. */
const namesIn = ({ subjectAltName }: X509Certificate): string =>
  (subjectAltName ?? '')
    .split(', ')
    .map((name) => canonicalName(name.replace(/^(DNS|IP Address):/, '')))
    .sort()
    .join(' ');

const namesInOrder = (names: readonly string[]): string => names.map(canonicalName).sort().join(' ');

/** IPv6 addresses have many spellings; X.509 tools write upper case without zeros. */
function canonicalName(name: string): string {
  return name.includes(':') ? new URL(`http://[${name}]`).hostname : name.toLowerCase();
}

function keyPem(pkcs8: Uint8Array): string {
  const lines =
    Buffer.from(pkcs8)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
}
