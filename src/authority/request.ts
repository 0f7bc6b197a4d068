/** PKCS #10 (RFC 2986): what a panel asks for. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Extension, Pkcs10CertificateRequest } from '@peculiar/x509';
import { MenshenError } from '../core/index.js';
import { loadX509 } from './certificates.js';

const longestPem = 8192;
const curves: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1']);
const rsaBits = { least: 2048, most: 4096 };
const leastRsaExponent = 65_537n;

/**
 * The public key of a certificate request that its maker holds the private key of.
 *
 * A request decides about its key and nothing else: one that asks for more (names, rights of an authority, other uses)
 * is refused instead of being cut down, so that nobody believes they got it.
 *
 * @returns SubjectPublicKeyInfo, DER.
 * @throws MenshenError `csr-refused`.
 */
export async function keyRequested(pem: string): Promise<Uint8Array> {
  const request = await parsed(pem);
  try {
    return await checkedKey(request);
  } catch (cause) {
    // The parser looks at a part when it is asked for: one that is no such part throws only then.
    throw cause instanceof MenshenError ? cause : refusal('it cannot be read', cause);
  }
}

async function checkedKey(request: Pkcs10CertificateRequest): Promise<Uint8Array> {
  checkSubject(request);
  const x509 = await loadX509();
  for (const attribute of request.attributes) {
    if (attribute.type !== extensionRequest) refuse(`it carries the attribute ${attribute.type}`);
  }
  for (const extension of request.extensions) checkExtension(x509, extension);
  const spki = new Uint8Array(request.publicKey.rawData);
  checkKey(spki);
  if (!(await request.verify().catch(() => false))) refuse('it is not signed with the key that it names');
  return spki;
}

const extensionRequest = '1.2.840.113549.1.9.14';

async function parsed(pem: string): Promise<Pkcs10CertificateRequest> {
  const body =
    /^-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----\s+([A-Za-z0-9+/=\s]+)-----END (?:NEW )?CERTIFICATE REQUEST-----\s*$/.exec(
      pem,
    )?.[1];
  if (body === undefined || pem.length > longestPem) return refuse('it is not one PKCS #10 request in PEM');
  const x509 = await loadX509();
  try {
    return new x509.Pkcs10CertificateRequest(new Uint8Array(Buffer.from(body, 'base64')));
  } catch (cause) {
    return refuse('it cannot be read', cause);
  }
}

/** The subject will be the panel's id; at most a common name may stand there, which is not taken over. */
function checkSubject(request: Pkcs10CertificateRequest): void {
  const parts = request.subjectName.toJSON().flatMap((part) => Object.entries(part));
  const [first, ...more] = parts;
  if (first === undefined) return;
  const [name, values] = first;
  const plain = values.length === 1 && /^[\w .:-]{1,64}$/.test(values[0] ?? '');
  if (more.length > 0 || name !== 'CN' || !plain)
    refuse('its subject is more than a plain common name; leave it empty, the subject will be the panel’s id');
}

function checkExtension(x509: Awaited<ReturnType<typeof loadX509>>, extension: Extension): void {
  if (extension instanceof x509.ExtendedKeyUsageExtension) {
    if (extension.usages.some((usage) => usage !== x509.ExtendedKeyUsage.clientAuth))
      refuse('it asks for another use than proving a client');
    return;
  }
  if (extension instanceof x509.KeyUsagesExtension) {
    if (extension.usages !== x509.KeyUsageFlags.digitalSignature) refuse('it asks for another use than signing');
    return;
  }
  refuse(`it asks for the extension ${extension.type}`);
}

function checkKey(spki: Uint8Array): void {
  const key = publicKeyOf(spki);
  const { namedCurve, modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec' && curves.has(namedCurve ?? '')) return;
  const bits = modulusLength ?? 0;
  const sound = bits >= rsaBits.least && bits <= rsaBits.most && (publicExponent ?? 0n) >= leastRsaExponent;
  if (key.asymmetricKeyType === 'rsa' && sound) return;
  refuse('its key is none of ECDSA P-256, ECDSA P-384 and RSA with 2048 to 4096 bits');
}

function publicKeyOf(spki: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch (cause) {
    return refuse('its key cannot be read', cause);
  }
}

function refuse(why: string, cause?: unknown): never {
  throw refusal(why, cause);
}

const refusal = (why: string, cause?: unknown): MenshenError =>
  new MenshenError('csr-refused', `The certificate request is refused: ${why}.`, cause === undefined ? {} : { cause });
