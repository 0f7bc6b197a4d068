import { type SecureContextOptions, Server as TlsServer } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { MenshenError } from '../core/index.js';

/** What a listener proves itself with, and whose client certificates it asks for. */
export interface ListenerTls {
  /** The certificate and those between it and its root, PEM. */
  readonly chain: string;
  /** PEM. */
  readonly privateKey: string;
  /** The device's authority, PEM: panels are asked for certificates of this one. */
  readonly panelAuthority: string;
}

/** Client certificates are asked for and never a must: who may call is decided per request, not in the handshake. */
export const tlsOptions = (tls: ListenerTls) => ({
  ...contextOf(tls),
  requestCert: true,
  rejectUnauthorized: false,
});

/** From the next handshake on; connections that are open stay. @throws MenshenError `listener-refused`, and all stays as it was. */
export function changeCertificate(server: FastifyInstance, tls: ListenerTls): void {
  const { server: listener } = server;
  if (!(listener instanceof TlsServer)) return;
  try {
    listener.setSecureContext(contextOf(tls));
  } catch (cause) {
    throw new MenshenError('listener-refused', 'The TLS certificate and key do not fit. Check http.tls.', { cause });
  }
}

const contextOf = ({ chain, privateKey, panelAuthority }: ListenerTls): SecureContextOptions => ({
  cert: chain,
  key: privateKey,
  ca: panelAuthority,
  minVersion: 'TLSv1.2',
});
