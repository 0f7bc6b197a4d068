/** Collectors as sites have them: they listen, and remember what they were sent. */
import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { ForeignAuthority, keyPair, x509 } from '../support/certificates.js';

export interface Collector {
  readonly port: number;
  /** Whole messages, in the order they came. */
  readonly messages: string[];
  /** Cuts every connection, and takes new ones. */
  hangUp(): void;
  close(): Promise<void>;
}

export async function udpCollector(): Promise<Collector> {
  const messages: string[] = [];
  const socket = createSocket('udp4').on('message', (bytes) => messages.push(bytes.toString('utf8')));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => socket.close(() => resolve()));
  return { port: socket.address().port, messages, hangUp: () => undefined, close };
}

/** @param port 0: any free one. `reading: false` accepts and never reads. */
export function tcpCollector(port = 0, reading = true): Promise<Collector> {
  return listening((take) => createServer(take), port, reading);
}

export async function tlsCollector(): Promise<Collector & { readonly authority: string }> {
  const pair = await keyPair();
  const authority = await selfSigned(pair, [
    new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }]),
  ]);
  const collector = await listening(
    (take) => createTlsServer({ cert: authority, key: pair.privateKey }, take).on('tlsClientError', () => undefined),
    0,
    true,
  );
  return { ...collector, authority };
}

/** The authority of somebody else. */
export const foreignAuthority = async (): Promise<string> =>
  (await ForeignAuthority.of('CN=Somebody else')).certificate.toString('pem');

async function selfSigned({ keys }: Awaited<ReturnType<typeof keyPair>>, extensions: x509.Extension[]) {
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ name: 'CN=collector', keys, extensions },
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  return certificate.toString('pem');
}

async function listening(make: (take: (socket: Socket) => void) => Server, port: number, reading: boolean) {
  const messages: string[] = [];
  const sockets = new Set<Socket>();
  const server = make((socket) => {
    let held: Buffer = Buffer.alloc(0);
    sockets.add(socket.on('error', () => undefined));
    if (!reading) return void socket.pause();
    socket.on('data', (bytes: Buffer) => {
      held = takeWhole(Buffer.concat([held, bytes]), messages);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const hangUp = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const close = () => {
    hangUp();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { port: (server.address() as AddressInfo).port, messages, hangUp, close };
}

/** RFC 6587 octet counting, read strictly. */
function takeWhole(held: Buffer, messages: string[]): Buffer {
  const head = /^(\d{1,6}) /.exec(held.subarray(0, 8).toString('latin1'));
  if (head === null) return held;
  const [start, length] = [head[0].length, Number(head[1])];
  if (held.length < start + length) return held;
  messages.push(held.subarray(start, start + length).toString('utf8'));
  return takeWhole(held.subarray(start + length), messages);
}
