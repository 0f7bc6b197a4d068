import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createRawServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type LanCall, MenshenError } from '#menshen/core/index.js';
import { LanClient, lanTarget } from '#menshen/platform/index.js';

const open: { close: () => void }[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function answering(handle: RequestListener): Promise<string> {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function rawly(handle: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    handle(socket);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  open.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const call = (url: string, more: Partial<LanCall> = {}): LanCall => ({
  ...{ method: 'POST', url, headers: { 'content-type': 'text/plain' }, body: 'hello', timeoutMs: 1000, ...more },
});
const anywhere = new LanClient(() => true);
const outcome = (url: string, more?: Partial<LanCall>): Promise<string> =>
  anywhere.call(call(url, more)).then(
    ({ status }) => String(status),
    (thrown: unknown) => (thrown instanceof MenshenError ? thrown.code : 'another error'),
  );

describe('a call on the LAN', () => {
  it('brings method, path, headers and body there, and the answer back', async () => {
    const url = await answering((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const said = `${request.method} ${request.url} ${request.headers['x-of-ours']} ${Buffer.concat(chunks)}`;
        response.writeHead(201, { 'x-of-theirs': 'yes' }).end(said);
      });
    });
    const answer = await anywhere.call(call(`${url}/in?a=1`, { headers: { 'x-of-ours': 'ours' } }));
    expect([answer.status, answer.headers['x-of-theirs'], answer.body]).toEqual([
      201,
      'yes',
      'POST /in?a=1 ours hello',
    ]);
  });

  it.each([
    'http://listener.local/',
    'http://localhost:80/',
    'https://8.8.8.8/',
    'http://[2001:db8::1]/',
    'http://[::ffff:8.8.8.8]/',
    'http://0.0.0.0:80/',
    'http://134744072/',
    'ftp://10.0.0.1/',
    'file:///etc/passwd',
    'http://user:secret@10.0.0.1/',
    'http://10.0.0.1.nip.example/',
    'not an address',
    'http://10.0.Æ´',
    'http://10Þ.0y1/',
  ])('to %s is refused before anything is sent', async (url) => {
    expect(await outcome(url)).toBe('egress-refused');
  });

  it.each(['http://10.1.2.3/x', 'https://192.168.0.9', 'http://[fd00::1]:81/', 'http://169.254.1.1/', 'http://[::1]/'])(
    'to %s is one to the LAN',
    (url) => {
      expect(lanTarget(url).port).toBeGreaterThan(0);
    },
  );

  it('is refused to an address that nobody listed, though something listens there', async () => {
    let reached = 0;
    const url = await answering((_request, response) => {
      reached += 1;
      response.end();
    });
    const elsewhere = new LanClient((address, port) => address === '127.0.0.1' && port === 1);
    await expect(elsewhere.call(call(url))).rejects.toMatchObject({ code: 'egress-refused' });
    expect(reached).toBe(0);
  });

  it('over https without an authority trusts nobody', async () => {
    expect(await outcome('https://127.0.0.1:9/')).toBe('egress-refused');
  });

  it('follows no redirect', async () => {
    let reached = 0;
    const url = await answering((request, response) => {
      reached += 1;
      response.writeHead(307, { location: `http://${request.headers.host}/elsewhere` }).end();
    });
    expect([await outcome(url), reached]).toEqual(['307', 1]);
  });

  it('reads no more than 64 KiB of an answer without end', async () => {
    const url = await answering((_request, response) => {
      const more = () => response.write('x'.repeat(16_384)) && setImmediate(more);
      response.on('drain', more).writeHead(200);
      more();
    });
    const { body } = await anywhere.call(call(url, { timeoutMs: 10_000 }));
    expect(body).toHaveLength(65_536);
  });

  it('ends with its time, however slowly an answer drips in', async () => {
    const url = await answering((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    });
    expect(await outcome(url, { timeoutMs: 300 })).toBe('listener-unreachable');
  });

  it.each([
    ['says nothing', (_socket: Socket) => undefined],
    ['hangs up', (socket: Socket) => socket.destroy()],
    ['resets', (socket: Socket) => socket.once('data', () => socket.resetAndDestroy())],
    ['talks no HTTP', (socket: Socket) => socket.end('SSH-2.0-OpenSSH\r\n\r\n')],
    ['sends headers without end', (socket: Socket) => socket.write(`HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(9000)}`)],
    ['cuts its answer short', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc')],
    [
      'switches the protocol',
      (socket: Socket) => socket.end('HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    ],
    ['only ever goes on', (socket: Socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\n'.repeat(50))],
    [
      'sends two lengths',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'),
    ],
  ])('to a peer that %s fails, and nothing else does', async (_what, handle) => {
    expect(await outcome(await rawly(handle), { timeoutMs: 500 })).toBe('listener-unreachable');
  });

  it('ends at once when its caller gives up', async () => {
    const leave = new AbortController();
    const waiting = outcome(await rawly(() => leave.abort()), { timeoutMs: 60_000, signal: leave.signal });
    expect(await waiting).toBe('listener-unreachable');
  });
});
