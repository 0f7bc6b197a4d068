/** X.509 (RFC 5280): making certificates with ECDSA P-256 and SHA-256. */
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import type { Extension, JsonName } from '@peculiar/x509';

type X509 = typeof import('@peculiar/x509');

/** Loaded when a certificate is made or a request is read: the daemon's start does not pay for it. */
export async function loadX509(): Promise<X509> {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

const curve = { name: 'ECDSA', namedCurve: 'P-256' };
const signature = { name: 'ECDSA', hash: 'SHA-256' };

export interface NewKey {
  /** PKCS #8, DER; the caller wipes it. */
  readonly privateKey: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
}

export function newKey(): NewKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  });
  return { privateKey: new Uint8Array(privateKey), publicKey: new Uint8Array(publicKey) };
}

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface Signer {
  /** The authority's certificate, DER. */
  readonly certificate: Uint8Array;
  /** PKCS #8, DER. */
  readonly privateKey: Uint8Array;
}

export interface CertificateOrder extends Validity {
  readonly subject: JsonName;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly serial: string;
  /** `listener` proves the device to its clients, under these names; `panel` proves a client to the device. */
  readonly use: { readonly listener: readonly string[] } | 'panel';
}

/** A root that signs end certificates and nothing else (path length 0). @returns DER. */
export async function selfSigned(
  name: JsonName,
  key: NewKey,
  { notBefore, notAfter, serial }: Validity & { serial: string },
): Promise<Uint8Array> {
  const x509 = await loadX509();
  const publicKey = await x509.PublicKey.create(key.publicKey);
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ subject: name, issuer: name, notBefore, notAfter, publicKey, serialNumber: serial },
    signingAlgorithm: signature,
    signingKey: await signingKey(key.privateKey),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  return new Uint8Array(certificate.rawData);
}

/** An end certificate. Nothing in it comes from a request but the public key. @returns DER. */
export async function issued(signer: Signer, order: CertificateOrder): Promise<Uint8Array> {
  const x509 = await loadX509();
  const authority = new x509.X509Certificate(signer.certificate);
  const publicKey = await x509.PublicKey.create(order.publicKey);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: order.subject,
    issuer: authority.subjectName,
    ...{ notBefore: order.notBefore, notAfter: order.notAfter, publicKey, serialNumber: order.serial },
    signingAlgorithm: signature,
    signingKey: await signingKey(signer.privateKey),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      ...extensionsFor(x509, order.use),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  return new Uint8Array(certificate.rawData);
}

function extensionsFor(x509: X509, use: CertificateOrder['use']): Extension[] {
  if (use === 'panel') return [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])];
  const names = use.listener.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value }));
  return [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension(names),
  ];
}

function signingKey(privateKey: Uint8Array): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', privateKey, curve, false, ['sign']);
}

/** PEM of one certificate. */
export function pemOf(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
