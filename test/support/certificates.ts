/** Certificates and requests as panels and attackers make them. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

export interface KeyPair {
  readonly keys: webcrypto.CryptoKeyPair;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
}

export type KeyKind = 'P-256' | 'P-384' | 'P-521' | 'RSA-1024' | 'RSA-2048' | 'Ed25519';

export async function keyPair(kind: KeyKind = 'P-256'): Promise<KeyPair> {
  const [family, size] = kind.split('-');
  const algorithm =
    family === 'P'
      ? { ...ecdsa, namedCurve: kind }
      : family === 'RSA'
        ? {
            name: 'RSASSA-PKCS1-v1_5',
            hash: 'SHA-256',
            modulusLength: Number(size),
            publicExponent: new Uint8Array([1, 0, 1]),
          }
        : { name: 'Ed25519' };
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const lines = pkcs8.match(/.{1,64}/g) ?? [];
  return { keys, privateKey: `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n` };
}

export interface RequestOptions {
  readonly name?: string;
  readonly extensions?: x509.Extension[];
  readonly attributes?: x509.Attribute[];
}

/** A PKCS #10 request, PEM. */
export async function requestOf({ keys }: KeyPair, options: RequestOptions = {}): Promise<string> {
  const { name = '', extensions = [], attributes = [] } = options;
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    ...{ name, keys, extensions, attributes },
    signingAlgorithm: { ...keys.privateKey.algorithm, hash: 'SHA-256' } as typeof ecdsa,
  });
  return request.toString('pem');
}

/** An authority of somebody else, with any name. */
export class ForeignAuthority {
  readonly certificate: x509.X509Certificate;
  readonly #pair: KeyPair;

  private constructor(certificate: x509.X509Certificate, pair: KeyPair) {
    this.certificate = certificate;
    this.#pair = pair;
  }

  static async of(name: string): Promise<ForeignAuthority> {
    const pair = await keyPair();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      ...{ name, keys: pair.keys, signingAlgorithm: ecdsa },
      extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
    });
    return new ForeignAuthority(certificate, pair);
  }

  /** PEM. */
  async certify(subject: string, { keys }: KeyPair): Promise<string> {
    const certificate = await x509.X509CertificateGenerator.create({
      ...{ subject, issuer: this.certificate.subjectName, publicKey: keys.publicKey, signingAlgorithm: ecdsa },
      signingKey: this.#pair.keys.privateKey,
      extensions: [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
    });
    return certificate.toString('pem');
  }
}

export { x509 };
