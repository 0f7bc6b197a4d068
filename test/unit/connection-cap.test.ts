import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { capConnections } from '#menshen/http/connection-cap.js';

/** A connection that somebody opened, as far as the cap looks at it. */
class Opened extends EventEmitter {
  open = true;
  constructor(readonly remoteAddress: string) {
    super();
  }
  destroy(): void {
    if (!this.open) return;
    this.open = false;
    this.emit('close');
  }
}

function gateWith(limits: { perNetwork: number; inAll: number }) {
  const server = new EventEmitter();
  capConnections(server as unknown as Server, limits);
  return (address: string): Opened => {
    const socket = new Opened(address);
    server.emit('connection', socket as unknown as Socket);
    return socket;
  };
}

const openOf = (sockets: readonly Opened[]) => sockets.filter(({ open }) => open).length;
const several = (count: number, open: () => Opened) => Array.from({ length: count }, open);

describe('connections', () => {
  it('of one address are so many and no more, and the first stay', () => {
    const open = gateWith({ perNetwork: 3, inAll: 100 });
    const flood = several(10, () => open('10.0.0.9'));
    expect(flood.map((socket) => socket.open)).toEqual([true, true, true, ...Array(7).fill(false)]);
    expect(open('10.0.0.1').open).toBe(true);
  });

  it('of one IPv6 network count together', () => {
    const open = gateWith({ perNetwork: 2, inAll: 100 });
    const flood = ['fd00::1', 'fd00::2', 'fd00::3'].map(open);
    expect([openOf(flood), open('fd00:0:0:1::1').open]).toEqual([2, true]);
  });

  it('that were closed leave their place to others', () => {
    const open = gateWith({ perNetwork: 2, inAll: 2 });
    for (let round = 0; round < 10; round += 1) {
      const [one, other] = [open('10.0.0.1'), open('10.0.0.1')];
      expect([one.open, other.open]).toEqual([true, true]);
      one.destroy();
      other.destroy();
    }
  });

  it('of somebody new take the place of whoever holds most, and the oldest of those stay', () => {
    const open = gateWith({ perNetwork: 6, inAll: 10 });
    const one = several(6, () => open('10.0.0.8'));
    const two = several(4, () => open('10.0.0.9'));
    expect(open('10.0.0.1').open).toBe(true);
    expect([one.map((socket) => socket.open), openOf(two)]).toEqual([[true, true, true, true, true, false], 4]);
  });

  it('are never more than so many in all, whoever comes from wherever', () => {
    const open = gateWith({ perNetwork: 5, inAll: 20 });
    const all = Array.from({ length: 200 }, (_, index) => open(`10.0.0.${index % 50}`));
    expect(openOf(all)).toBe(20);
  });

  it('of whoever holds most already are refused when there are as many as may be', () => {
    const open = gateWith({ perNetwork: 10, inAll: 10 });
    const panel = open('10.0.0.1');
    const flood = several(20, () => open('10.0.0.9'));
    expect([panel.open, openOf(flood)]).toEqual([true, 9]);
  });
});

it('a real server closes the connection that is one too many, and serves the others', async () => {
  const server = createServer((_request, response) => response.end('served'));
  capConnections(server, { perNetwork: 2, inAll: 10 });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const opened: Socket[] = [];
  try {
    for (let n = 0; n < 3; n += 1) {
      const socket = connect(port, '127.0.0.1');
      opened.push(socket);
      await once(socket, 'connect');
    }
    const [first, , third] = opened;
    if (third !== undefined && !third.closed) await once(third.resume(), 'close');
    first?.write('GET / HTTP/1.1\r\nHost: gate\r\n\r\n');
    const [answer] = await once(first ?? server, 'data');
    expect(String(answer)).toContain('served');
  } finally {
    for (const socket of opened) socket.destroy();
    server.close();
  }
});
